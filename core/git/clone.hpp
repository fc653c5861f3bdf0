#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "git/identity.hpp"
#include "git/remote_options.hpp"
#include "git/repository.hpp"

namespace murmur::git {

struct CloneRequest {
    std::string url;
    std::filesystem::path directory;  ///< is made; must not exist or be empty
    std::string base_branch;          ///< empty: the branch that the remote's HEAD names
    std::string branch;               ///< the agent's own
    Identity identity;                ///< whose commits on the origin's `branch` may be continued
    RemoteOptions options;
};

struct CloneResult {
    Repository repository;
    std::string base_branch;
    std::string base;        ///< the commit of the base branch
    std::string head;        ///< the commit checked out; other than `base` when the branch was continued
    bool continued = false;  ///< the branch was on the origin already, with this identity's commits
    bool branch_on_origin = false;
    std::vector<std::string> notes;  ///< for people: what was left out
};

/// Clones, makes the branch and checks it out. A local origin gives its objects by hard links. After a failure the
/// directory is as it was.
///
/// Throws not_found for a base branch that is not there, with the nearest one as the hint; failed_precondition for a
/// repository without commits, a shallow one, or one whose HEAD names no branch; already_exists when `branch` is on the
/// origin with someone else's work; and what the transport says.
CloneResult clone(const CloneRequest& request);

}
