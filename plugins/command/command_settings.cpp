#include "command_settings.hpp"

#include <algorithm>

#include "murmur/error.hpp"
#include "murmur/nearest.hpp"

namespace murmur::command_backend {

namespace {

// Less than a pause in what a terminal shows.
constexpr std::chrono::seconds quiet_least{1};

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

bool choice(const PluginSettings& settings, const char* name, const std::string& yes, const std::string& no) {
    const std::string text = settings.get_string(name);
    if (text != yes && text != no)
        throw Error(Errc::invalid_argument, std::string("plugins.command.") + name + " must be \"" + yes + "\" or \"" +
                                                no + "\", not \"" + text + "\"");
    return text == yes;
}

StreamFormat read_stream(const std::string& text) {
    if (text.empty() || text == "none") return StreamFormat::none;
    if (text == "json") return StreamFormat::json;
    if (text == "text") return StreamFormat::text;
    throw Error(Errc::invalid_argument,
                "plugins.command.stream must be \"json\", \"text\" or \"none\", not \"" + text + "\"");
}

/// The operator's and repository's presets over the known ones of the same name.
std::vector<Preset> all_presets(const PluginSettings& settings) {
    std::vector<Preset> presets = known_presets();
    for (const auto& entry : settings.get_object("presets")) {
        const std::string path = "plugins.command.presets." + std::string(entry.key());
        if (!entry.value().is_object()) throw Error(Errc::invalid_argument, path + " must be an object");
        std::erase_if(presets, [&](const Preset& preset) { return preset.name == entry.key(); });
        presets.push_back(read_preset(entry.key(), entry.value().get_object(), path));
    }
    return presets;
}

Preset named_preset(const std::vector<Preset>& presets, const std::string& name) {
    std::vector<std::string> names;
    for (const Preset& preset : presets) {
        if (preset.name == name) return preset;
        names.push_back(preset.name);
    }
    const std::string meant = did_you_mean(name, names);
    throw Error(Errc::invalid_argument, "plugins.command.preset \"" + name + "\" is not known")
        .with_hint(meant.empty() ? "There are: " + joined(names) + "." : meant);
}

bool is_known_program(const std::string& program) {
    return std::any_of(known_presets().begin(), known_presets().end(),
                       [&](const Preset& preset) { return preset.command.front() == program; });
}

void require_installed(const Preset& preset, const std::vector<std::string>& installed) {
    const std::string& program = preset.command.front();
    // The host looks for the known programs only; any other is looked for when it is started.
    if (!is_known_program(program) || std::find(installed.begin(), installed.end(), program) != installed.end()) return;
    throw Error(Errc::failed_precondition,
                "the program \"" + program + "\" of preset \"" + preset.name + "\" is not installed")
        .with_hint("Install it on the agent's machine, or choose another preset.");
}

Preset first_installed(const std::vector<Preset>& presets, const std::vector<std::string>& installed) {
    std::vector<std::string> names;
    for (const Preset& preset : presets) {
        if (std::find(installed.begin(), installed.end(), preset.command.front()) != installed.end()) return preset;
        names.push_back(preset.command.front());
    }
    throw Error(Errc::failed_precondition, "no coding CLI is installed: looked for " + joined(names))
        .with_hint("Install one of them, or set `backends.command.command` in .murmur/murmur.yaml.");
}

/// A string is a shell command; a list is a program and its arguments.
std::vector<std::string> read_command(const PluginSettings& settings, const std::string& name) {
    const json::value& value = settings.values().at(name);
    std::vector<std::string> words = value.is_string()
                                         ? std::vector<std::string>{"sh", "-c", std::string(value.get_string())}
                                         : settings.get_strings(name);
    if (words.empty() || words.front().empty() || words.back().empty())
        throw Error(Errc::invalid_argument, "plugins.command." + name + " must name a program");
    return words;
}

void read_terminal(const PluginSettings& settings, TerminalCommands& terminal) {
    if (settings.values().contains("interactive")) terminal = {.command = read_command(settings, "interactive")};
    if (settings.values().contains("interrupt_keys")) terminal.interrupt_keys = settings.get_strings("interrupt_keys");
    if (settings.values().contains("quiet")) terminal.quiet_time = settings.get_duration("quiet");
    if (terminal.quiet_time.count() > 0 && terminal.quiet_time < quiet_least)
        throw Error(Errc::invalid_argument, "plugins.command.quiet must be at least " + format_duration(quiet_least))
            .with_hint("Give it more than the longest pause of the program within a turn; 0 turns it off.");
}

}

SettingsTable command_settings_table() {
    return {
        {.name = "command",
         .type = SettingType::string_list,
         .help = "The program and its arguments; a string instead of a list is run by sh -c."},
        {.name = "preset",
         .type = SettingType::string,
         .help = "The CLI to run when no command is given: claude, codex, gemini, aider, opencode, goose, or one of "
                 "presets."},
        {.name = "presets",
         .type = SettingType::object,
         .help = "Further presets by name: command, follow_up, fork, model_arguments, system_prompt_arguments, "
                 "prompt, environment, session_files, interactive, interactive_follow_up, interactive_fork, "
                 "interrupt_keys."},
        {.name = "prompt",
         .type = SettingType::string,
         .help = "How the program gets the prompt: stdin or argument; MURMUR_PROMPT has it in any case."},
        {.name = "commit",
         .type = SettingType::string,
         .default_value = "auto",
         .help = "auto: what a turn leaves uncommitted is committed; never: it is left."},
        {.name = "home",
         .type = SettingType::string,
         .default_value = "user",
         .help = "user: the HOME of the user, with the CLI's login; agent: one of the agent's own."},
        {.name = "session_files",
         .type = SettingType::string_list,
         .help =
             "What the program keeps below HOME and needs to go on with the session, with {session_id} and {place}; "
             "kept in snapshots."},
        {.name = "stream",
         .type = SettingType::string,
         .default_value = "none",
         .help =
             "For agents spawned with --stream: json or text, if the program stays for the session and takes a line "
             "for each message; none: a process a turn."},
        {.name = "timeout",
         .type = SettingType::duration,
         .default_value = "4h",
         .help = "How long one turn may take; 0 for any time."},
        {.name = "interactive",
         .type = SettingType::string_list,
         .help = "For agents spawned with -i: the program that runs in their terminal; a string is run by sh -c."},
        {.name = "quiet",
         .type = SettingType::duration,
         .help = "For agents spawned with -i: a turn in which the terminal shows nothing new for so long is over; 0, "
                 "as without a preset: only the program says so."},
        {.name = "interrupt_keys",
         .type = SettingType::string_list,
         .help = "For agents spawned with -i: the keys that interrupt a turn, by the names of tmux; C-c by default."},
    };
}

CommandPlan plan_command(const PluginSettings& settings, const std::vector<std::string>& installed) {
    CommandPlan plan;
    plan.commit_changes = choice(settings, "commit", "auto", "never");
    plan.user_home = choice(settings, "home", "user", "agent");
    plan.stream = read_stream(settings.get_string("stream"));
    plan.time_limit = settings.get_duration("timeout");
    const std::vector<Preset> presets = all_presets(settings);
    if (settings.values().contains("command")) {
        plan.preset = {.name = "command", .command = read_command(settings, "command")};
    } else if (const std::string name = settings.get_string("preset"); !name.empty()) {
        plan.preset = named_preset(presets, name);
        require_installed(plan.preset, installed);
    } else {
        plan.preset = first_installed(presets, installed);
    }
    if (const std::string prompt = settings.get_string("prompt"); !prompt.empty())
        plan.preset.prompt = read_prompt_by(prompt, "plugins.command.prompt");
    if (settings.values().contains("session_files")) plan.preset.session_files = settings.get_strings("session_files");
    read_terminal(settings, plan.preset.terminal);
    return plan;
}

CommandPlan plan_for_terminal(CommandPlan plan) {
    Preset& preset = plan.preset;
    if (preset.terminal.command.empty())
        throw Error(Errc::invalid_argument, "the backend \"command\" does not know how to run " +
                                                (preset.name == "command" ? "its command" : "\"" + preset.name + "\"") +
                                                " in a terminal")
            .with_hint("Set `backends.command.interactive` in .murmur/murmur.yaml, or spawn the agent without -i.");
    preset.command = preset.terminal.command;
    preset.follow_up = preset.terminal.follow_up;
    preset.fork = preset.terminal.fork;
    return plan;
}

}
