#include "plugins/provider_factories.hpp"

#include <algorithm>
#include <murmur/error.hpp>

namespace murmur {

namespace {

template <class Factories, class Factory>
void add_factory(Factories& factories, const char* kind, std::string name, Factory factory) {
    if (!factory) throw Error(Errc::invalid_argument, std::string(kind) + " \"" + name + "\" has an empty factory");
    if (factories.contains(name))
        throw Error(Errc::already_exists, "it registers " + std::string(kind) + " \"" + name + "\" twice");
    factories.emplace(std::move(name), std::move(factory));
}

template <class Factories>
void list_names(std::vector<std::string>& names, const std::string& kind, const Factories& factories) {
    for (const auto& [name, factory] : factories) names.push_back(kind + ":" + name);
}

}

void ProviderFactories::declare_settings(SettingsTable table) {
    if (settings_declared_) throw Error(Errc::already_exists, "it declares its settings twice");
    settings_declared_ = true;
    settings = std::move(table);
}

void ProviderFactories::add_substrate(std::string name, Factory<Substrate> factory) {
    add_factory(substrates, "substrate", std::move(name), std::move(factory));
}
void ProviderFactories::add_backend(std::string name, Factory<Backend> factory) {
    add_factory(backends, "backend", std::move(name), std::move(factory));
}
void ProviderFactories::add_event_source(std::string name, Factory<EventSource> factory) {
    add_factory(event_sources, "event-source", std::move(name), std::move(factory));
}
void ProviderFactories::add_catalog_kind(std::string name, Factory<CatalogKind> factory) {
    add_factory(catalog_kinds, "catalog-kind", std::move(name), std::move(factory));
}
void ProviderFactories::add_flight_trigger(std::string name, Factory<FlightTrigger> factory) {
    add_factory(flight_triggers, "flight-trigger", std::move(name), std::move(factory));
}

std::vector<std::string> ProviderFactories::provided() const {
    std::vector<std::string> names;
    list_names(names, "substrate", substrates);
    list_names(names, "backend", backends);
    list_names(names, "event-source", event_sources);
    list_names(names, "catalog-kind", catalog_kinds);
    list_names(names, "flight-trigger", flight_triggers);
    std::sort(names.begin(), names.end());
    return names;
}

}
