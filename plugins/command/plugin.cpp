#include "murmur/plugin.hpp"

#include "command_backend.hpp"
#include "command_settings.hpp"

namespace {

void register_command(murmur::Registrar& registrar) {
    registrar.declare_settings(murmur::command_backend::command_settings_table());
    registrar.add_backend("command", [](const murmur::PluginSettings& settings, murmur::HostServices&) {
        return std::make_unique<murmur::command_backend::CommandBackend>(settings);
    });
}

}

MURMUR_PLUGIN("command", "0.1.0", "Runs any coding CLI, one process a turn", "Apache-2.0", "backend:command",
              register_command)
