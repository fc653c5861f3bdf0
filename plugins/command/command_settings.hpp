#pragma once

#include <chrono>
#include <murmur/settings.hpp>
#include <string>
#include <vector>

#include "presets.hpp"

namespace murmur::command_backend {

/// What `plugins.command` in murmurd.yaml and `backends.command` in a repository may say.
SettingsTable command_settings_table();

/// How messages are written to a process that lasts for the session: one line each.
enum class StreamFormat { none, json, text };

/// How the sessions of one repository are run.
struct CommandPlan {
    Preset preset;
    bool commit_changes = true;
    bool user_home = true;
    StreamFormat stream = StreamFormat::none;  ///< for sessions in the mode "streaming"
    std::chrono::milliseconds time_limit{0};
};

/// The same for an interactive session: the terminal's commands in place of the others. Throws invalid_argument when
/// there is none.
CommandPlan plan_for_terminal(CommandPlan plan);

/// Decides what is run: the `command`, else the `preset`, else the first of the known CLIs in `installed`.
///
/// Throws failed_precondition when there is none to run, invalid_argument for settings that do not fit.
CommandPlan plan_command(const PluginSettings& settings, const std::vector<std::string>& installed);

}
