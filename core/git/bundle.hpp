#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "git/identity.hpp"
#include "git/repository.hpp"

namespace murmur::git {

/// The reference under which uncommitted changes are kept.
inline constexpr const char* wip_reference = "refs/murmur/uncommitted";
/// With a number from 0, the newest, those of stashes.
inline constexpr const char* stash_reference = "refs/murmur/stash/";
/// What was being merged.
inline constexpr const char* merging_reference = "refs/murmur/merging";

struct BundleTip {
    std::string reference;  ///< "refs/heads/…", one of those above, or "HEAD" when that is on no branch
    std::string sha;
    bool operator==(const BundleTip&) const = default;
};

/// What the origin is not known to have: local branches, a detached HEAD, uncommitted changes, stashes.
struct BundlePlan {
    std::vector<BundleTip> tips;             ///< empty: the origin has everything
    std::vector<std::string> prerequisites;  ///< commits of the origin that they stand on
    std::string uncommitted;                 ///< the commit of uncommitted changes; empty: there are none
    std::vector<std::string> notes;          ///< for people: what will not be put back exactly as it was
    std::string header() const;              ///< the same header: the same content
    std::vector<std::string> references() const;
};

/// Commits uncommitted changes beside the branch, see commit_uncommitted(). In the middle of a merge or its like, the
/// files are kept.
BundlePlan plan_bundle(const Repository& repository, const Identity& identity);

/// Writes a plan with tips (with the folder) as a git bundle, version 2, that `git fetch FILE` reads. The file appears
/// when it is whole and on disk.
void write_bundle(const Repository& repository, const BundlePlan& plan, const std::filesystem::path& file);

}
