#pragma once

#include <filesystem>
#include <murmur/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace murmur {

enum class PluginState {
    found,  ///< its manifest is in order; it was not loaded, because only the manifest was asked for
    loaded,
    refused,   ///< `reason` and `hint` say why and what to do
    shadowed,  ///< a plugin of the same name in an earlier folder is used instead
    skipped,   ///< it provides nothing that this program uses
};

/// What became of one plugin file. What the manifest says is filled in as far as it could be read.
struct PluginRecord {
    std::filesystem::path file;
    std::string name;
    std::string version;
    std::string description;
    std::string license;
    std::vector<std::string> provides;  ///< "substrate:local"
    PluginState state = PluginState::refused;
    std::string reason;
    std::string hint;
    std::string sha256;  ///< lower-case hexadecimal; empty if nobody asked for it
};

std::string_view plugin_state_name(PluginState state);
/// The form of PluginInfo in the API.
json::object to_json(const PluginRecord& record);

}
