#include "murmur/plugin.hpp"

#include "local_settings.hpp"
#include "local_substrate.hpp"

namespace {

void register_local(murmur::Registrar& registrar) {
    registrar.declare_settings(murmur::local::local_settings_table());
    registrar.add_substrate("local", [](const murmur::PluginSettings& settings, murmur::HostServices& host) {
        return std::make_unique<murmur::local::LocalSubstrate>(murmur::local::read_local_settings(settings), host);
    });
}

}

MURMUR_PLUGIN("local", "0.1.0", "Machines that are processes on this computer", "Apache-2.0", "substrate:local",
              register_local)
