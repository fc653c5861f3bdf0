#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "git/bundle.hpp"
#include "git/repository.hpp"

namespace murmur::git {

/// Takes the commits of a bundle into the repository's objects; no reference and no file changes. Returns its tips.
///
/// Throws data_loss for what is no bundle of write_bundle(), and failed_precondition when it stands on commits that are
/// not in the repository.
std::vector<BundleTip> read_bundle(const Repository& repository, const std::filesystem::path& file);

/// The work of one checkout, to be put back into another of the same origin.
struct WorkToRestore {
    std::string branch;           ///< the one it was done on
    std::string head;             ///< of that branch
    std::string uncommitted;      ///< a commit; empty: none
    std::vector<BundleTip> tips;  ///< as read_bundle() gave them
};

struct RestoredWork {
    std::string head;                ///< what is checked out now
    std::vector<std::string> notes;  ///< for people: what could not be put back where it was, and where it is now
};

/// Moves the branch that is checked out (with a clean work tree) to `head`, makes the other branches and stashes, and
/// leaves the uncommitted changes uncommitted in the work tree. Where the branch on the origin has gone on from `head`,
/// it stays there. What does not fit is kept as a branch beside it. May be repeated.
RestoredWork restore_work(const Repository& repository, const WorkToRestore& work);

/// Makes what the work tree has that HEAD has not a branch beside the one that is checked out. Returns its name; empty
/// when there is nothing.
std::string keep_changes_beside(const Repository& repository, const Identity& identity);

}
