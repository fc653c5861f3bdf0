#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plugins/plugin_host.hpp"
#include "plugins/plugin_library.hpp"
#include "plugins/plugin_services.hpp"

namespace murmur {

/// A plugin in use.
struct LoadedPlugin {
    std::string name;
    std::unique_ptr<PluginLibrary> library;
    std::shared_ptr<PluginServices> services;
    std::shared_ptr<LogRelay> log;
    PluginSettings settings;
};

/// Every plugin file of the search path: what was loaded, and what became of the others. Fixed after load().
class PluginCatalog {
public:
    explicit PluginCatalog(PluginHostOptions options);
    ~PluginCatalog();
    PluginCatalog(const PluginCatalog&) = delete;
    PluginCatalog& operator=(const PluginCatalog&) = delete;

    const std::vector<PluginRecord>& records() const { return records_; }
    const std::vector<std::unique_ptr<LoadedPlugin>>& loaded() const { return loaded_; }
    /// The plugin that provides "substrate:local", or null.
    const LoadedPlugin* find_provider(const std::string& provided) const;

private:
    PluginRecord examine(const std::filesystem::path& file);
    void load(const std::filesystem::path& file, PluginRecord& record);
    void check_allowed(const PluginRecord& record) const;
    void check_free(const PluginRecord& record) const;
    bool is_wanted(const PluginRecord& record) const;
    void warn_unused_settings() const;

    PluginHostOptions options_;
    std::vector<PluginRecord> records_;
    std::vector<std::unique_ptr<LoadedPlugin>> loaded_;
    std::map<std::string, const LoadedPlugin*> providers_;
};

/// Fills in what the file's manifest says, and returns it. Throws as read_manifest() does.
ManifestFacts read_record(const std::filesystem::path& file, bool hash, PluginRecord& record);
/// Notes that the plugin was refused, and why.
void refuse(PluginRecord& record, const Error& error);

}
