#include "command_backend.hpp"

#include "command_session.hpp"
#include "command_settings.hpp"

namespace murmur::command_backend {

BackendCapabilities CommandBackend::capabilities() const {
    BackendCapabilities out{.process_per_turn = true, .resume = true};
    for (const Preset& preset : known_presets()) out.programs.push_back(preset.command.front());
    return out;
}

std::unique_ptr<BackendSession> CommandBackend::open(const SessionSpec& spec, const Call&) {
    json::object merged = settings_;
    for (const auto& entry : spec.settings) merged.insert_or_assign(entry.key(), entry.value());
    const PluginSettings settings(command_settings_table(), merged, "command");
    return std::make_unique<CommandSession>(spec, plan_command(settings, spec.installed_programs));
}

}
