#include <murmur/plugin.hpp>

#include "scratch_substrate.hpp"

namespace scratch {

namespace {

void register_providers(murmur::Registrar& registrar) {
    registrar.declare_settings({
        {"directory", murmur::SettingType::string, "",
         "Where the machines' directories are made; an absolute path. Default: below murmur's state directory."},
    });
    registrar.add_substrate("scratch", [](const murmur::PluginSettings& settings, murmur::HostServices& host) {
        return std::make_unique<ScratchSubstrate>(settings, host);
    });
}

}

}

MURMUR_PLUGIN("scratch", "1.0.0", "Machines that are directories on this computer, removed with all that ran in them.",
              "Apache-2.0", "substrate:scratch", scratch::register_providers)
