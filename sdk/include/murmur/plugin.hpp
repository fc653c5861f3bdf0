#pragma once

#include <boost/dll/alias.hpp>
#include <boost/version.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "murmur/export.hpp"
#include "murmur/host.hpp"
#include "murmur/settings.hpp"

namespace murmur {

class Substrate;
class Backend;
class EventSource;
class CatalogKind;
class FlightTrigger;

/// Raised by one with every change to a header under sdk/include/murmur.
inline constexpr std::uint32_t sdk_abi_version = 4;

#ifndef MURMUR_ABI_SANITIZER
#define MURMUR_ABI_SANITIZER "none"
#endif
#define MURMUR_ABI_TEXT_(x) #x
#define MURMUR_ABI_TEXT(x) MURMUR_ABI_TEXT_(x)
/// What must agree between the compilers of host and plugin: compiler, standard library ABI, Boost, sanitizer.
#define MURMUR_ABI_TAG                                                                                              \
    "g++" MURMUR_ABI_TEXT(__GNUC__) "-cxx20-abi" MURMUR_ABI_TEXT(_GLIBCXX_USE_CXX11_ABI) "-boost" BOOST_LIB_VERSION \
                                                                                         "-san:" MURMUR_ABI_SANITIZER

/// Collects what one plugin offers. Nothing counts until the register function has returned: a plugin that throws has
/// registered nothing.
///
/// A factory is called on a worker thread with validated settings; the host services outlive what it makes.
class MURMUR_SDK_API Registrar {
public:
    template <class Provider>
    using Factory = std::function<std::unique_ptr<Provider>(const PluginSettings&, HostServices&)>;

    /// The settings that `murmurd.yaml` may give under `plugins.<plugin name>`. At most once.
    virtual void declare_settings(SettingsTable table) = 0;
    virtual void add_substrate(std::string name, Factory<Substrate> factory) = 0;
    virtual void add_backend(std::string name, Factory<Backend> factory) = 0;
    virtual void add_event_source(std::string name, Factory<EventSource> factory) = 0;
    virtual void add_catalog_kind(std::string name, Factory<CatalogKind> factory) = 0;
    virtual void add_flight_trigger(std::string name, Factory<FlightTrigger> factory) = 0;

protected:
    ~Registrar();
};

/// Read before any function of the plugin is called, hence plain data, in this order for ever; new fields go to the
/// end.
struct PluginManifest {
    std::uint32_t struct_size;
    std::uint32_t sdk_abi;
    const char* abi_tag;
    const char* name;         ///< [a-z][a-z0-9_-]{0,62}
    const char* version;      ///< of the plugin
    const char* description;  ///< one line
    const char* license;      ///< an SPDX expression
    const char* provides;  ///< "substrate:local backend:command"; what registration must then add, no more and no less
    void (*register_providers)(Registrar&);
};

}

/// Ends the one file of a plugin that registers: MURMUR_PLUGIN("local", "0.1.0", "text", "Apache-2.0",
/// "substrate:local", fn)
#define MURMUR_PLUGIN(NAME, VERSION, DESCRIPTION, LICENSE, PROVIDES, REGISTER)        \
    namespace {                                                                       \
    const ::murmur::PluginManifest murmur_manifest_{sizeof(::murmur::PluginManifest), \
                                                    ::murmur::sdk_abi_version,        \
                                                    MURMUR_ABI_TAG,                   \
                                                    NAME,                             \
                                                    VERSION,                          \
                                                    DESCRIPTION,                      \
                                                    LICENSE,                          \
                                                    PROVIDES,                         \
                                                    REGISTER};                        \
    }                                                                                 \
    BOOST_DLL_ALIAS(murmur_manifest_, murmur_plugin)
