#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "git/identity.hpp"
#include "git/repository.hpp"

namespace murmur::git {

struct BundleResult {
    std::vector<std::string>
        references;            ///< what the file holds; empty: there was nothing to keep and no file was made
    bool uncommitted = false;  ///< one of them is the commit of uncommitted changes
};

/// The reference under which uncommitted changes are kept.
inline constexpr const char* wip_reference = "refs/murmur/uncommitted";

/// Writes (with the folder, if there is something to write) everything that the origin is not known to have (local
/// branches, a detached HEAD, uncommitted changes) as a git bundle, version 2, that `git fetch FILE` reads. The work
/// tree and its index are left as they are.
BundleResult write_bundle(const Repository& repository, const Identity& identity, const std::filesystem::path& file);

}
