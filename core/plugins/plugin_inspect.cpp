#include <cstdio>
#include <murmur/error.hpp>

#include "plugins/plugin_catalog.hpp"
#include "plugins/plugin_search.hpp"

namespace murmur {

namespace {

/// Takes no notice: what a listing has to say is in the records.
class SilentLogger final : public Logger {
public:
    void log(LogLevel, std::string_view, std::initializer_list<LogField>) noexcept override {}
};

int print_json(const json::object& object) {
    const std::string text = json::serialize(object) + "\n";
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    return written ? 0 : 1;
}

}

PluginRecord inspect_plugin(const std::filesystem::path& file) {
    PluginRecord record;
    record.file = std::filesystem::absolute(file).lexically_normal();
    try {
        const ManifestFacts facts = read_record(record.file, true, record);
        check_plugin_permissions(record.file);
        check_manifest(facts);
        record.state = PluginState::found;
    } catch (const Error& error) {
        refuse(record, error);
    }
    return record;
}

int inspect_plugin_main(const std::filesystem::path& file) { return print_json(to_json(inspect_plugin(file))); }

int list_plugins_main(PluginHostOptions options) {
    SilentLogger silent;
    if (!options.logger) options.logger = &silent;
    const PluginHost host(std::move(options));
    json::array plugins;
    for (const PluginRecord& record : host.records()) plugins.push_back(to_json(record));
    return print_json({{"plugins", std::move(plugins)}});
}

}
