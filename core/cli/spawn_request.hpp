#pragma once

#include <filesystem>
#include <murmur/json.hpp>
#include <string>

#include "cli/arguments.hpp"
#include "cli/git_checkout.hpp"
#include "config/repo_config.hpp"

namespace murmur {

/// A spawn request, and what the user should know about it.
struct SpawnPlan {
    json::object request;  ///< SpawnAgentRequest
    std::string note;      ///< a line for standard error; empty: none
};

/// Makes the request from what was typed, the configuration and the checkout that the user stands in.
/// Throws usage errors for what was typed wrong, failed_precondition when there is no repository to work on.
SpawnPlan plan_spawn(const Arguments& args, const RepoConfig& config, const std::filesystem::path& current_dir);

/// The same for agents whose slug and prompt are still to be set.
SpawnPlan plan_agents(const Arguments& args, const RepoConfig& config, const std::filesystem::path& current_dir);

/// Throws a usage error, with a slug that would do as the hint, unless the text matches [a-z][a-z0-9-]{0,62}.
void check_slug(const std::string& slug);

/// Reads --repo's "URL", "URL=base" or "URL=base:working" into a Repo; a local path becomes absolute.
json::object parse_repo_flag(const std::string& text, const std::filesystem::path& current_dir);

/// Reads -e's "NAME=value", or "NAME" to pass on the caller's own variable.
json::object parse_environment_flag(const std::string& text);

}
