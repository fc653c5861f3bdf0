#include "plugins/plugin_host.hpp"

#include <algorithm>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "plugins/guarded_providers.hpp"
#include "plugins/plugin_catalog.hpp"

namespace murmur {

namespace {

// A constructor reads settings and perhaps a file; one that takes longer hangs, and would keep the daemon from
// starting.
constexpr std::chrono::seconds construction_limit{30};

/// Why nobody provides it, with the best advice there is.
Error no_provider(const PluginCatalog& catalog, const std::string& kind, const std::string& name,
                  const std::vector<std::string>& names) {
    const std::string wanted = kind + " \"" + name + "\"";
    bool refused = false;
    for (const PluginRecord& record : catalog.records()) {
        if (record.state != PluginState::refused) continue;
        refused = true;
        if (std::find(record.provides.begin(), record.provides.end(), kind + ":" + name) == record.provides.end())
            continue;
        const Error error(Errc::failed_precondition, wanted + " is missing: its plugin \"" + record.file.string() +
                                                         "\" was refused, because " + record.reason);
        return record.hint.empty() ? error : error.with_hint(record.hint);
    }
    std::string hint = did_you_mean(name, names);
    if (hint.empty() && refused) hint = "Some plugins were refused; see: murmur plugin ls";
    if (hint.empty() && names.empty()) hint = "No plugin with a " + kind + " was found; see: murmur plugin ls";
    if (hint.empty()) {
        for (const std::string& known : names) hint += (hint.empty() ? "There is: " : ", ") + known;
        hint += ".";
    }
    return Error(Errc::not_found, "there is no " + wanted).with_hint(hint);
}

}

struct PluginHost::State {
    explicit State(PluginHostOptions options) : catalog(std::move(options)) {}

    std::vector<std::string> names(const std::string& kind) const {
        std::vector<std::string> found;
        for (const auto& plugin : catalog.loaded())
            for (const std::string& provided : plugin->library->factories().provided())
                if (provided.starts_with(kind + ":")) found.push_back(provided.substr(kind.size() + 1));
        std::sort(found.begin(), found.end());
        return found;
    }

    template <class Provider, class Wrap>
    std::shared_ptr<Provider> make(const std::string& kind, const std::string& name,
                                   std::map<std::string, Registrar::Factory<Provider>> ProviderFactories::*factories,
                                   Wrap wrap) const {
        const LoadedPlugin* const plugin = catalog.find_provider(kind + ":" + name);
        if (!plugin) throw no_provider(catalog, kind, name, names(kind));
        const Call call{{}, Call::Clock::now() + construction_limit, "make " + kind + " " + name};
        auto made = plugin->library->guard()->run_limited(
            "make", call,
            [factory = (plugin->library->factories().*factories).at(name), settings = plugin->settings,
             services = plugin->services](const Call&) {
                auto provider = factory(settings, *services);
                if (!provider) throw Error(Errc::internal, "its factory made nothing");
                return keep_services<Provider>(std::move(provider), services);
            });
        return wrap(plugin->library->guard(), std::move(made));
    }

    PluginCatalog catalog;
};

PluginHost::PluginHost(PluginHostOptions options) : state_(std::make_unique<State>(std::move(options))) {}
PluginHost::~PluginHost() = default;

const std::vector<PluginRecord>& PluginHost::records() const { return state_->catalog.records(); }
std::vector<std::string> PluginHost::provider_names(const std::string& kind) const { return state_->names(kind); }

std::shared_ptr<Substrate> PluginHost::make_substrate(const std::string& name) const {
    return state_->make<Substrate>("substrate", name, &ProviderFactories::substrates, make_guarded_substrate);
}
std::shared_ptr<Backend> PluginHost::make_backend(const std::string& name) const {
    return state_->make<Backend>("backend", name, &ProviderFactories::backends, make_guarded_backend);
}
std::shared_ptr<EventSource> PluginHost::make_event_source(const std::string& name) const {
    return state_->make<EventSource>("event-source", name, &ProviderFactories::event_sources,
                                     make_guarded_event_source);
}
std::shared_ptr<CatalogKind> PluginHost::make_catalog_kind(const std::string& name) const {
    return state_->make<CatalogKind>("catalog-kind", name, &ProviderFactories::catalog_kinds,
                                     make_guarded_catalog_kind);
}
std::shared_ptr<FlightTrigger> PluginHost::make_flight_trigger(const std::string& name) const {
    return state_->make<FlightTrigger>("flight-trigger", name, &ProviderFactories::flight_triggers,
                                       make_guarded_flight_trigger);
}

std::uint64_t PluginHost::abandoned_calls() const {
    std::uint64_t count = 0;
    for (const CallMetrics& row : metrics()) count += row.still_running;
    return count;
}

std::vector<CallMetrics> PluginHost::metrics() const {
    std::vector<CallMetrics> all;
    for (const auto& plugin : state_->catalog.loaded())
        for (CallMetrics& row : plugin->library->guard()->metrics()) all.push_back(std::move(row));
    return all;
}

}
