#include "plugins/plugin_record.hpp"

namespace murmur {

std::string_view plugin_state_name(PluginState state) {
    switch (state) {
        case PluginState::found: return "found";
        case PluginState::loaded: return "loaded";
        case PluginState::refused: return "refused";
        case PluginState::shadowed: return "shadowed";
        case PluginState::skipped: return "skipped";
    }
    return "unknown";
}

json::object to_json(const PluginRecord& record) {
    json::array provides;
    for (const std::string& provided : record.provides) provides.emplace_back(provided);
    return {{"file", record.file.string()},
            {"name", record.name},
            {"version", record.version},
            {"description", record.description},
            {"license", record.license},
            {"provides", std::move(provides)},
            {"state", plugin_state_name(record.state)},
            {"reason", record.reason},
            {"hint", record.hint},
            {"sha256", record.sha256}};
}

}
