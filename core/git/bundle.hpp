#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "git/identity.hpp"
#include "git/repository.hpp"

namespace murmur::git {

/// The reference under which uncommitted changes are kept.
inline constexpr const char* wip_reference = "refs/murmur/uncommitted";

struct BundleTip {
    std::string reference;  ///< "refs/heads/…", wip_reference, or "HEAD" when that is on no branch
    std::string sha;
    bool operator==(const BundleTip&) const = default;
};

/// What the origin is not known to have: local branches, a detached HEAD, uncommitted changes.
struct BundlePlan {
    std::vector<BundleTip> tips;             ///< empty: the origin has everything
    std::vector<std::string> prerequisites;  ///< commits of the origin that they stand on
    std::string uncommitted;                 ///< the commit of uncommitted changes; empty: there are none
    std::string header() const;              ///< the same header: the same content
    std::vector<std::string> references() const;
};

/// Commits uncommitted changes (untracked files too, ignored ones not) beside the branch, so that the work tree and its
/// index stay as they are; the same changes on the same commit give the same commit.
BundlePlan plan_bundle(const Repository& repository, const Identity& identity);

/// Writes a plan with tips (with the folder) as a git bundle, version 2, that `git fetch FILE` reads. The file appears
/// when it is whole and on disk.
void write_bundle(const Repository& repository, const BundlePlan& plan, const std::filesystem::path& file);

}
