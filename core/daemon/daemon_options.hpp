#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace murmur {

/// What murmurd was started with.
struct DaemonOptions {
    bool foreground = false;
    std::filesystem::path config;       ///< empty: where it is usually looked for
    std::filesystem::path state_dir;    ///< empty: by environment, configuration or default, in this order
    std::filesystem::path runtime_dir;  ///< as state_dir
    std::vector<std::filesystem::path> plugin_dirs;
    int ready_fd = -1;  ///< told "ready" or the error
    std::filesystem::path inspect_plugin;
    bool list_plugins = false;
    bool add_secret_key = false;
    bool help = false;
    bool version = false;
};

/// Throws invalid_argument for an unknown or incomplete flag, with the nearest known one.
DaemonOptions parse_daemon_options(int argc, char** argv);
const char* daemon_usage();

}
