#pragma once

#include <filesystem>
#include <string>

#include "murmur/call.hpp"

namespace murmur::local {

/// Removes `name` below the open directory `parent` with all that is in it; succeeds when there is none.
///
/// Never follows a symbolic link, never leaves the file system it began on, makes unwritable directories writable
/// first, and copes with any depth. `shown` is the path for messages. Throws what system_error gives, with a hint, and
/// what Call::check throws; what was removed until then stays removed, so that it can be repeated.
void remove_tree(int parent, const std::string& name, const std::filesystem::path& shown, const Call& call);

}
