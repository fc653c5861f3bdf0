#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "murmur/export.hpp"
#include "murmur/json.hpp"

namespace murmur {

/// The kinds of value a setting may have.
enum class SettingType { string, boolean, integer, duration, string_list, object };

/// One row of the settings table that a plugin declares: it gives validation, defaults and documentation.
struct SettingSpec {
    std::string name;  ///< snake_case
    SettingType type = SettingType::string;
    json::value default_value;  ///< null: there is none and the setting is optional
    std::string help;           ///< one sentence
    bool required = false;
};

using SettingsTable = std::vector<SettingSpec>;

/// Settings of one plugin, validated against its table: every declared setting with a default is present.
class MURMUR_SDK_API PluginSettings {
public:
    PluginSettings() = default;
    /// Validates `given` against `table` and fills in defaults. Throws invalid_argument naming the setting
    /// ("plugins.local.isolation must be a string") and, for an unknown one, the nearest known name.
    PluginSettings(const SettingsTable& table, const json::object& given, std::string_view plugin);

    std::string get_string(std::string_view name) const;
    bool get_bool(std::string_view name) const;
    std::int64_t get_int(std::string_view name) const;
    std::chrono::milliseconds get_duration(std::string_view name) const;
    std::vector<std::string> get_strings(std::string_view name) const;
    json::object get_object(std::string_view name) const;
    const json::object& values() const { return values_; }

private:
    json::object values_;
};

MURMUR_SDK_API std::string_view setting_type_name(SettingType type);
/// Reads "250ms", "30s", "5m", "1h30m" or a plain number of seconds. Throws invalid_argument naming `what`.
MURMUR_SDK_API std::chrono::milliseconds parse_duration(std::string_view text, std::string_view what);
/// The shortest of those spellings: "1h30m".
MURMUR_SDK_API std::string format_duration(std::chrono::milliseconds duration);

}
