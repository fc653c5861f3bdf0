#pragma once

#include <string>
#include <vector>

#include "git/identity.hpp"
#include "git/repository.hpp"

namespace murmur::git {

/// What a work tree has that HEAD has not, as a commit beside every branch.
struct Uncommitted {
    std::string sha;                 ///< empty: the files are as HEAD has them
    std::vector<std::string> notes;  ///< for people: what of it will not be put back exactly as it was
};

/// Commits the files of the work tree (untracked ones too, ignored ones not), in whatever state git itself is there:
/// in the middle of a merge, with a leftover lock, with a damaged index, before the first commit. Files, branches and
/// index stay as they are; the same changes on the same commit give the same commit.
///
/// A repository within the work tree is left out when its own origin has all of it, and taken as plain files otherwise.
Uncommitted commit_uncommitted(const Repository& repository, const Identity& identity);

}
