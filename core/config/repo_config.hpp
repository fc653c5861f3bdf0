#pragma once

#include <filesystem>
#include <map>
#include <murmur/json.hpp>
#include <string>
#include <vector>

#include "config/limit_settings.hpp"

namespace murmur {

/// What a repository and its developer set in .murmur/murmur.yaml and .murmur/murmur.local.yaml. Empty: not set.
struct RepoConfig {
    std::filesystem::path root;                ///< the folder that .murmur lies in
    std::vector<std::filesystem::path> files;  ///< what was read; a later file overrides an earlier one
    std::string tenant;                        ///< "github_app/acme"
    std::string workspace;
    std::string model;
    std::string backend;
    std::string service_profile;
    std::string server;
    /// `server` stands in a file that is not shared, so it may be trusted with the developer's token.
    bool server_is_private = false;
    std::string on_idle;
    bool fast_mode = false;
    LimitSettings limits;
    std::map<std::string, json::object> backends;  ///< settings by backend, for the spawn request
};

/// Which files to read.
struct RepoConfigQuery {
    std::filesystem::path start;  ///< where the walk up begins: an absolute path
    std::string context;          ///< empty: murmur.yaml, else murmur.<context>.yaml
    std::filesystem::path file;   ///< not empty: this file alone, and no walk
};

/// Finds and reads the configuration of a repository; an empty RepoConfig when there is none.
///
/// Walks up from `start` to the first folder with a .murmur/murmur.yaml (or its local twin), and lays
/// murmur.local.yaml over it. With a context, murmur.<context>.yaml and murmur.<context>.local.yaml take their place; a
/// context without a file is an error that names the contexts there are. Files of another user than this one and root
/// are refused. Throws invalid_argument with file, line and column, not_found and permission_denied.
RepoConfig load_repo_config(const RepoConfigQuery& query);

}
