#include "command_backend.hpp"

#include <algorithm>

#include "command_session.hpp"
#include "command_settings.hpp"
#include "interactive_session.hpp"
#include "murmur/error.hpp"
#include "session_places.hpp"
#include "stream_session.hpp"

namespace murmur::command_backend {

namespace {

bool is_streaming(const CommandPlan& plan, const SessionSpec& spec) {
    return spec.mode == SessionMode::streaming && plan.stream != StreamFormat::none;
}

/// Whether a later process can know what an earlier one did: it is told to go on, or at least which session it is.
bool can_continue(const Preset& preset) {
    if (!preset.follow_up.empty()) return true;
    return std::any_of(preset.command.begin(), preset.command.end(),
                       [](const std::string& word) { return word.find("{session_id}") != std::string::npos; });
}

}

BackendCapabilities CommandBackend::capabilities() const {
    BackendCapabilities out{.process_per_turn = true, .resume = true, .fork = true, .interactive = true};
    for (const Preset& preset : known_presets()) out.programs.push_back(preset.command.front());
    return out;
}

BackendCapabilities CommandBackend::session_capabilities(const SessionSpec& spec) const {
    BackendCapabilities out = capabilities();
    try {
        const CommandPlan plan = plan_for(spec);
        out.resume = can_continue(plan.preset);
        if (is_streaming(plan, spec) || spec.mode == SessionMode::interactive) {
            out.process_per_turn = false;
            out.message_mid_turn = true;
        }
    } catch (const Error&) {
        out.interactive = spec.mode != SessionMode::interactive;
        // open() throws the same, and is heard.
    }
    return out;
}

CommandPlan CommandBackend::plan_for(const SessionSpec& spec) const {
    json::object merged = settings_;
    for (const auto& entry : spec.settings) merged.insert_or_assign(entry.key(), entry.value());
    CommandPlan plan =
        plan_command(PluginSettings(command_settings_table(), merged, "command"), spec.installed_programs);
    return spec.mode == SessionMode::interactive ? plan_for_terminal(std::move(plan)) : plan;
}

std::vector<std::string> CommandBackend::session_files(const SessionSpec& spec) const {
    return session_places(plan_for(spec), spec);
}

std::string CommandBackend::restored_path(const std::string& path, const SessionSpec& spec) const {
    return restored_place(plan_for(spec), spec, path);
}

std::unique_ptr<BackendSession> CommandBackend::open(const SessionSpec& spec, const Call&) {
    CommandPlan plan = plan_for(spec);
    if (spec.mode == SessionMode::interactive) return std::make_unique<InteractiveSession>(spec, std::move(plan));
    if (is_streaming(plan, spec)) return std::make_unique<StreamSession>(spec, std::move(plan));
    return std::make_unique<CommandSession>(spec, std::move(plan));
}

}
