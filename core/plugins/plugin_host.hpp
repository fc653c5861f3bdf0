#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <murmur/backend.hpp>
#include <murmur/catalog_kind.hpp>
#include <murmur/event_source.hpp>
#include <murmur/flight_trigger.hpp>
#include <murmur/host.hpp>
#include <murmur/json.hpp>
#include <murmur/substrate.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plugins/call_guard.hpp"
#include "plugins/plugin_record.hpp"

namespace murmur {

/// A row of the operator's allow list.
struct AllowedPlugin {
    std::string name;
    std::string sha256 = {};  ///< of the file, in hexadecimal; empty: any file of that name
};

struct PluginHostOptions {
    std::vector<std::filesystem::path> dirs;                 ///< in order; see plugin_search_path()
    std::optional<std::vector<AllowedPlugin>> allowed = {};  ///< absent: every plugin may be loaded
    std::map<std::string, json::object> settings = {};       ///< plugin name -> its section of murmurd.yaml
    std::filesystem::path state_dir;                         ///< plugins get <state_dir>/plugins/<name>
    Logger* logger = nullptr;                                ///< required; outlives the host
    /// The kinds of provider that this program uses ("backend"): plugins with none of them are not loaded. Empty: all.
    std::vector<std::string> kinds = {};
    bool hash_files = true;  ///< fill in PluginRecord::sha256
};

/// Finds, checks and loads plugins, and makes guarded providers from them.
///
/// Everything is loaded by the constructor; a plugin that is refused is logged and recorded, and stops nothing. Plugins
/// are never unloaded, and what is made here may outlive the host. Safe from any thread after construction.
class PluginHost {
public:
    explicit PluginHost(PluginHostOptions options);
    ~PluginHost();
    PluginHost(const PluginHost&) = delete;
    PluginHost& operator=(const PluginHost&) = delete;

    /// Every file found, in the order of discovery.
    const std::vector<PluginRecord>& records() const;

    /// Makes an instance with its plugin's settings. Each call makes a new one.
    ///
    /// Throws not_found with the nearest name for one that nobody provides, and failed_precondition with the reason
    /// when the plugin that provides it was refused.
    std::shared_ptr<Substrate> make_substrate(const std::string& name) const;
    std::shared_ptr<Backend> make_backend(const std::string& name) const;
    std::shared_ptr<EventSource> make_event_source(const std::string& name) const;
    std::shared_ptr<CatalogKind> make_catalog_kind(const std::string& name) const;
    std::shared_ptr<FlightTrigger> make_flight_trigger(const std::string& name) const;

    /// The names of the providers of a kind ("substrate", "backend", "event-source", "catalog-kind", "flight-trigger"),
    /// sorted.
    std::vector<std::string> provider_names(const std::string& kind) const;
    std::vector<std::string> substrate_names() const { return provider_names("substrate"); }
    std::vector<std::string> backend_names() const { return provider_names("backend"); }

    /// How often each call into each plugin was made, how it went, and how long it took.
    std::vector<CallMetrics> metrics() const;
    /// Calls that were given up at their deadline and have not returned to this day: their threads still run plugin
    /// code.
    std::uint64_t abandoned_calls() const;
    /// The same as Prometheus text.
    std::string metrics_text() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What the file says about itself, read without running any of its code; `state` is `found` or `refused`.
PluginRecord inspect_plugin(const std::filesystem::path& file);

/// Prints inspect_plugin(file) as JSON to stdout: the work of `murmurd --inspect-plugin FILE`. Returns the exit code.
int inspect_plugin_main(const std::filesystem::path& file);
/// Loads everything and prints {"plugins": [...]} to stdout: the work of `murmurd --list-plugins`.
int list_plugins_main(PluginHostOptions options);

}
