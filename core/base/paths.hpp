#pragma once

#include <filesystem>
#include <string>

namespace murmur {

/// Where the socket is: $MURMUR_RUNTIME_DIR, $XDG_RUNTIME_DIR/murmur, or /tmp/murmur-<uid>.
std::filesystem::path runtime_dir();
/// Where everything that must last is: $MURMUR_STATE_DIR, $XDG_STATE_HOME/murmur, or ~/.local/state/murmur.
std::filesystem::path state_dir();
/// $HOME, or the home of the user database. Throws failed_precondition if there is none.
std::filesystem::path home_dir();
/// The folder that the running program lies in.
std::filesystem::path executable_dir();
/// The prefix that the running program belongs to: the build folder, or where it was installed.
std::filesystem::path install_prefix();
/// The folder of the plugins that came with this program.
std::filesystem::path bundled_plugin_dir();
/// The folder of the data that came with this program: the builtins of the catalog and so on.
std::filesystem::path share_dir();

/// The name of the socket in the runtime directory.
inline constexpr const char* socket_name = "murmurd.sock";

/// Makes `dir`, mode 0700, with its parents. Throws permission_denied, with the remedy, when it exists and belongs to
/// someone else, is writable by others, or is a symbolic link.
void make_private_dir(const std::filesystem::path& dir);

/// The name of the user that this process runs as, or "uid-<n>".
std::string user_name();
/// The name of the user with this id, or "uid-<n>".
std::string user_name(unsigned uid);

}
