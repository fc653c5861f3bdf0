#pragma once

#include <map>
#include <murmur/plugin.hpp>
#include <string>
#include <vector>

namespace murmur {

/// What a plugin's register function has added. Throws invalid_argument for a name that is added twice.
class ProviderFactories final : public Registrar {
public:
    void declare_settings(SettingsTable table) override;
    void add_substrate(std::string name, Factory<Substrate> factory) override;
    void add_backend(std::string name, Factory<Backend> factory) override;
    void add_event_source(std::string name, Factory<EventSource> factory) override;
    void add_catalog_kind(std::string name, Factory<CatalogKind> factory) override;
    void add_flight_trigger(std::string name, Factory<FlightTrigger> factory) override;

    /// "substrate:local", sorted.
    std::vector<std::string> provided() const;

    SettingsTable settings;
    std::map<std::string, Factory<Substrate>> substrates;
    std::map<std::string, Factory<Backend>> backends;
    std::map<std::string, Factory<EventSource>> event_sources;
    std::map<std::string, Factory<CatalogKind>> catalog_kinds;
    std::map<std::string, Factory<FlightTrigger>> flight_triggers;

private:
    bool settings_declared_ = false;
};

}
