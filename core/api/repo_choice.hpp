#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/api_context.hpp"
#include "api/spawn_fields.hpp"

namespace murmur {

/// The base branch of a workspace that stands for the remote's default.
inline constexpr std::string_view default_base_branch = "HEAD";

/// What an agent works on: the repositories that were asked for, or else all of the workspace. Base branch and
/// conflict resolution of each are those of the request, else of the repository's repo-config, else of the workspace's
/// entry for it; and then the remote's default, and merge.
std::vector<RepoWork> choose_repos(ApiContext& context, const Caller& caller, const std::vector<WantedRepo>& wanted,
                                   const json::object& workspace);

/// Whether two clone URLs name the same repository: with or without ".git" and a slash at the end.
bool is_same_repository(std::string_view one, std::string_view other);

}
