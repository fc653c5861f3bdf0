#pragma once

#include <dlfcn.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <murmur/backend.hpp>
#include <murmur/catalog_kind.hpp>
#include <murmur/error.hpp>
#include <murmur/event_source.hpp>
#include <murmur/flight_trigger.hpp>
#include <murmur/plugin.hpp>
#include <murmur/substrate.hpp>
#include <optional>
#include <string>

namespace murmur::testing {

/// One provider of a built plugin, for a contract suite: the same file that the host would load.
struct ProviderUnderTest {
    std::filesystem::path plugin;  ///< the .so; murmur_add_plugin_test() defines MURMUR_PLUGIN_FILE
    std::string provider;          ///< the name that it is registered under
    json::object settings = {};    ///< as in murmurd.yaml
};

/// Loads a plugin for as long as the process runs, and makes providers from it. Throws Error for anything wrong with
/// it.
class PluginUnderTest final : public Registrar {
public:
    explicit PluginUnderTest(const std::filesystem::path& file) {
        void* const library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        if (!library)
            throw Error(Errc::failed_precondition, std::string("the plugin cannot be loaded: ") + ::dlerror());
        const auto* const alias = static_cast<const PluginManifest* const*>(::dlsym(library, "murmur_plugin"));
        if (!alias)
            throw Error(Errc::failed_precondition, "\"" + file.string() + "\" is no plugin: it has no manifest");
        manifest_ = *alias;
        if (manifest_->sdk_abi != sdk_abi_version || std::strcmp(manifest_->abi_tag, MURMUR_ABI_TAG) != 0)
            throw Error(Errc::failed_precondition, "the plugin and its test were built against different SDKs");
        manifest_->register_providers(*this);
    }

    const PluginManifest& manifest() const { return *manifest_; }
    const SettingsTable& settings_table() const { return settings_; }

    std::unique_ptr<Substrate> make_substrate(const ProviderUnderTest& wanted, HostServices& host) const {
        return make(substrates_, wanted, host);
    }
    std::unique_ptr<Backend> make_backend(const ProviderUnderTest& wanted, HostServices& host) const {
        return make(backends_, wanted, host);
    }
    std::unique_ptr<EventSource> make_event_source(const ProviderUnderTest& wanted, HostServices& host) const {
        return make(event_sources_, wanted, host);
    }
    std::unique_ptr<CatalogKind> make_catalog_kind(const ProviderUnderTest& wanted, HostServices& host) const {
        return make(catalog_kinds_, wanted, host);
    }
    std::unique_ptr<FlightTrigger> make_flight_trigger(const ProviderUnderTest& wanted, HostServices& host) const {
        return make(flight_triggers_, wanted, host);
    }

    void declare_settings(SettingsTable table) override { settings_ = std::move(table); }
    void add_substrate(std::string name, Factory<Substrate> factory) override { substrates_[name] = factory; }
    void add_backend(std::string name, Factory<Backend> factory) override { backends_[name] = factory; }
    void add_event_source(std::string name, Factory<EventSource> factory) override { event_sources_[name] = factory; }
    void add_catalog_kind(std::string name, Factory<CatalogKind> factory) override { catalog_kinds_[name] = factory; }
    void add_flight_trigger(std::string name, Factory<FlightTrigger> factory) override {
        flight_triggers_[name] = factory;
    }

private:
    template <class Provider>
    std::unique_ptr<Provider> make(const std::map<std::string, Factory<Provider>>& factories,
                                   const ProviderUnderTest& wanted, HostServices& host) const {
        const auto found = factories.find(wanted.provider);
        if (found == factories.end())
            throw Error(Errc::not_found,
                        "the plugin does not register \"" + wanted.provider + "\" as one of that kind");
        auto made = found->second(PluginSettings(settings_, wanted.settings, manifest_->name), host);
        if (!made) throw Error(Errc::internal, "the factory of \"" + wanted.provider + "\" made nothing");
        return made;
    }

    const PluginManifest* manifest_ = nullptr;
    SettingsTable settings_;
    std::map<std::string, Factory<Substrate>> substrates_;
    std::map<std::string, Factory<Backend>> backends_;
    std::map<std::string, Factory<EventSource>> event_sources_;
    std::map<std::string, Factory<CatalogKind>> catalog_kinds_;
    std::map<std::string, Factory<FlightTrigger>> flight_triggers_;
};

/// The code of the Error that `work` throws, or nothing.
template <class Work>
std::optional<Errc> thrown_code(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

/// Does `work` again for as long as it throws `unavailable` and `whole` has time left; any other error comes out.
template <class Work>
void insist(const Call& whole, Work work) {
    for (;;) {
        try {
            return work();
        } catch (const Error& error) {
            if (error.code() != Errc::unavailable || whole.remaining().count() == 0) throw;
        }
    }
}

/// A call that has `limit` to finish.
inline Call call_within(std::chrono::milliseconds limit, std::stop_token stop = {}) {
    return Call{std::move(stop), Call::Clock::now() + limit, "test"};
}

}
