#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace murmur {

/// Where plugins are looked for, before the fixed order is applied to it.
struct PluginSearchInput {
    std::vector<std::filesystem::path> named;  ///< by --plugin-dir, then by the operator's configuration
    std::string path_variable;                 ///< MURMUR_PLUGIN_PATH: folders separated by ":"
    std::filesystem::path user_dir;
    std::filesystem::path system_dir;
};

/// The folders in the order in which they are searched: the named ones, MURMUR_PLUGIN_PATH, the user's, the system's.
/// Never the current directory: a relative path is refused (invalid_argument), and so is a named folder that does not
/// exist (not_found). Folders of the other three that do not exist are left out; none is there twice.
std::vector<std::filesystem::path> plugin_search_path(const PluginSearchInput& input);

/// The same with what this process's environment says: MURMUR_PLUGIN_PATH, $XDG_DATA_HOME/murmur/plugins (else
/// ~/.local/share/murmur/plugins) and the folder of the plugins that came with this program.
std::vector<std::filesystem::path> plugin_search_path(const std::vector<std::filesystem::path>& named);

/// Every *.so in the folder, sorted by name. Throws when the folder cannot be read.
std::vector<std::filesystem::path> find_plugin_files(const std::filesystem::path& dir);

/// Throws permission_denied, with the remedy, when somebody besides root and this user could change what is loaded: the
/// file or its folder belongs to another user or may be written by the group or others, or a folder above may be
/// written by everybody and is not sticky.
void check_plugin_permissions(const std::filesystem::path& file);

}
