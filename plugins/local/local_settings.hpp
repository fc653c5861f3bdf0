#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "murmur/json.hpp"
#include "murmur/settings.hpp"

namespace murmur::local {

/// What keeps a machine away from the rest of this computer.
enum class Isolation { none, bubblewrap };

std::string_view isolation_name(Isolation isolation);

struct LocalSettings {
    Isolation isolation = Isolation::none;
    std::vector<std::string> writable;  ///< absolute paths a bubblewrap machine may change besides its own directory
    std::chrono::milliseconds stop_grace{0};
    std::int64_t machines_max = 0;
    int nice = 0;
};

/// The table behind `plugins.local` in murmurd.yaml.
SettingsTable local_settings_table();

/// Throws `invalid_argument` for a value that its type allows and the plugin does not.
LocalSettings read_local_settings(const PluginSettings& settings);

/// The settings for one machine: `shape` may carry `isolation` and further `writable` paths, and what the catalog says
/// of machine, disk and image, which changes nothing here; anything else is refused.
LocalSettings apply_shape(LocalSettings settings, const json::object& shape);

}
