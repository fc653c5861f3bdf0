// Provides a substrate that the good plugin has already.

#include <murmur/plugin.hpp>
#include <murmur/substrate.hpp>

#include "trace.hpp"

MURMUR_TEST_TRACE("duplicate_provider");

namespace {

void register_duplicate(murmur::Registrar& registrar) {
    registrar.add_substrate("memory", [](const murmur::PluginSettings&, murmur::HostServices&) {
        return std::unique_ptr<murmur::Substrate>();
    });
}

}

MURMUR_PLUGIN("duplicate-provider", "1.0.0", "Provides what another does.", "Apache-2.0", "substrate:memory",
              register_duplicate)
