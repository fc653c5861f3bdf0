#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <murmur/json.hpp>
#include <murmur/log.hpp>
#include <optional>
#include <string>
#include <vector>

namespace murmur {

/// What the operator sets in murmurd.yaml. Plain data; the defaults are those of a laptop without any file.
struct OperatorConfig {
    struct AllowedPlugin {
        std::string name;
        std::string sha256;  ///< lower-case hexadecimal, 64 characters
    };
    /// Who a bearer token is. An account without `admin` is an ordinary member of its tenant.
    struct Token {
        std::string account;          ///< of a person; or empty, and
        std::string service_profile;  ///< this
        std::string sha256;           ///< of the bearer token, lower-case hexadecimal
        std::string tenant;           ///< "github_app/acme"; empty: the daemon's own
        bool admin = false;           ///< administers the organisation
    };

    std::string listen_tcp;             ///< "host:port"; empty: the unix socket alone
    std::filesystem::path runtime_dir;  ///< empty: the default
    std::filesystem::path state_dir;    ///< empty: the default
    std::vector<std::filesystem::path> plugin_dirs;
    std::map<std::string, json::object> plugin_settings;     ///< by plugin; validated by the plugin's own table
    std::optional<std::vector<AllowedPlugin>> plugin_allow;  ///< nullopt: every plugin; empty: none
    LogLevel log_level = LogLevel::info;
    std::optional<std::chrono::milliseconds> exit_when_idle;
    std::string default_backend = "command";
    std::string default_substrate = "local";
    std::chrono::milliseconds lease = std::chrono::seconds(10);        ///< silence after which a runner counts as gone
    std::chrono::milliseconds sleep_after = std::chrono::minutes(10);  ///< how long an agent idles before it sleeps
    std::vector<Token> tokens;                                         ///< who may come, beside the user of murmurd
    std::filesystem::path secrets_key_file;                            ///< empty: secrets.key in the state directory
    int max_agents = 10'000;                                           ///< that have not ended
    int max_depth = 4;       ///< of the tree of agents that agents spawn, the root being 1; 1: none may
    int max_children = 100;  ///< of one agent at a time
    std::chrono::milliseconds snapshot_retention = std::chrono::hours(30 * 24);  ///< after the agent has ended
    /// How often at most an agent's repositories are asked whether the base of its branch has moved.
    std::chrono::milliseconds base_check_interval = std::chrono::seconds(30);
};

/// Reads murmurd.yaml. Relative paths in it are relative to its folder; "~/" is the home directory.
/// Throws invalid_argument with file, line, column and field for anything wrong in it, and permission_denied when
/// everyone may write to it.
OperatorConfig load_operator_config(const std::filesystem::path& file);

/// $MURMURD_CONFIG, which must exist if set; else $XDG_CONFIG_HOME/murmur/murmurd.yaml (~/.config), then
/// /etc/murmur/murmurd.yaml, whichever exists first; else nullopt.
std::optional<std::filesystem::path> find_operator_config();

}
