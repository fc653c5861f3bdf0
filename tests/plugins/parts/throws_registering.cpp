// Adds a provider and then throws: it must have added nothing.

#include <murmur/backend.hpp>
#include <murmur/error.hpp>
#include <murmur/plugin.hpp>

namespace {

void register_and_throw(murmur::Registrar& registrar) {
    registrar.add_backend("half", [](const murmur::PluginSettings&, murmur::HostServices&) {
        return std::unique_ptr<murmur::Backend>();
    });
    throw murmur::Error(murmur::Errc::unavailable, "the licence server is away").with_hint("Plug in the dongle.");
}

}

MURMUR_PLUGIN("throws-registering", "1.0.0", "Throws while registering.", "Apache-2.0", "backend:half",
              register_and_throw)
