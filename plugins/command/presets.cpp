#include "presets.hpp"

#include <unistd.h>

#include "murmur/error.hpp"

namespace murmur::command_backend {

namespace {

// What the CLI's own hooks run when a turn begins and when it is over.
constexpr const char* claude_hooks =
    R"({"hooks":{"UserPromptSubmit":[{"hooks":[{"type":"command","command":"echo murmur:begin >\"$MURMUR_CONTROL\""}]}],)"
    R"("Stop":[{"hooks":[{"type":"command","command":"echo murmur:done >\"$MURMUR_CONTROL\""}]}]}})";
// They move something on the screen for as long as they work. One that a person has interrupted tells of no end.
constexpr std::chrono::seconds still_time{30};
constexpr const char* codex_notify = R"(notify=["sh","-c","echo murmur:done >\"$MURMUR_CONTROL\""])";

/// The command of an interactive Claude Code, with these words in the middle.
std::vector<std::string> claude_in_terminal(const std::vector<std::string>& words) {
    std::vector<std::string> out{"claude", "--permission-mode", "bypassPermissions", "--settings", claude_hooks};
    out.insert(out.end(), words.begin(), words.end());
    out.push_back("{prompt}");
    return out;
}

Preset claude_preset() {
    Preset claude{
        .name = "claude",
        .command = {"claude", "-p", "--output-format", "text", "--permission-mode", "bypassPermissions", "--session-id",
                    "{session_id}"},
        .follow_up = {"claude", "-p", "--output-format", "text", "--permission-mode", "bypassPermissions", "--resume",
                      "{session_id}"},
        .model_arguments = {"--model", "{model}"},
        .system_prompt_arguments = {"--append-system-prompt", "{system_prompt}"},
        .environment = {{"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"}},
        .fork = {"claude", "-p", "--output-format", "text", "--permission-mode", "bypassPermissions", "--resume",
                 "{forked_session_id}", "--fork-session", "--session-id", "{session_id}"},
        .session_files = {".claude/projects/{place}/{session_id}.jsonl", ".claude/projects/{place}/{session_id}"},
        .terminal = {.command = claude_in_terminal({"--session-id", "{session_id}"}),
                     .follow_up = claude_in_terminal({"--resume", "{session_id}"}),
                     .fork = claude_in_terminal(
                         {"--resume", "{forked_session_id}", "--fork-session", "--session-id", "{session_id}"}),
                     .interrupt_keys = {"Escape"},
                     .quiet_time = still_time}};
    // It refuses to skip its questions as root unless it is told that the machine is a sandbox.
    if (geteuid() == 0) claude.environment["IS_SANDBOX"] = "1";
    return claude;
}

std::vector<Preset> make_presets() {
    return {
        claude_preset(),
        {.name = "codex",
         .command = {"codex", "exec", "--dangerously-bypass-approvals-and-sandbox", "--skip-git-repo-check"},
         .model_arguments = {"-m", "{model}"},
         .terminal = {.command = {"codex", "--dangerously-bypass-approvals-and-sandbox", "-c", codex_notify,
                                  "{prompt}"},
                      .interrupt_keys = {"Escape"},
                      .quiet_time = still_time}},
        {.name = "gemini",
         .command = {"gemini", "--approval-mode=yolo"},
         .model_arguments = {"--model", "{model}"},
         .environment = {{"GEMINI_CLI_TRUST_WORKSPACE", "true"}},
         .terminal = {.command = {"gemini", "--approval-mode=yolo"},
                      .interrupt_keys = {"Escape"},
                      .quiet_time = still_time}},
        {.name = "aider",
         .command = {"aider", "--yes-always", "--no-pretty", "--no-stream", "--no-check-update", "--message",
                     "{prompt}"},
         .follow_up = {"aider", "--yes-always", "--no-pretty", "--no-stream", "--no-check-update",
                       "--restore-chat-history", "--message", "{prompt}"},
         .model_arguments = {"--model", "{model}"},
         .prompt = PromptBy::argument},
        {.name = "opencode",
         .command = {"opencode", "run", "{prompt}"},
         .follow_up = {"opencode", "run", "--continue", "{prompt}"},
         .model_arguments = {"--model", "{model}"},
         .prompt = PromptBy::argument},
        {.name = "goose",
         .command = {"goose", "run", "--no-session", "-i", "-"},
         .model_arguments = {"--model", "{model}"},
         .environment = {{"GOOSE_MODE", "auto"}}},
    };
}

}

const std::vector<Preset>& known_presets() {
    static const std::vector<Preset> presets = make_presets();
    return presets;
}

PromptBy read_prompt_by(const std::string& text, const std::string& path) {
    if (text == "stdin") return PromptBy::standard_input;
    if (text == "argument") return PromptBy::argument;
    throw Error(Errc::invalid_argument, path + " must be \"stdin\" or \"argument\", not \"" + text + "\"");
}

Preset read_preset(const std::string& name, const json::object& object, const std::string& path) {
    const FieldReader fields(object, path);
    fields.reject_unknown({"command", "follow_up", "fork", "model_arguments", "system_prompt_arguments", "prompt",
                           "environment", "session_files", "interactive", "interactive_follow_up", "interactive_fork",
                           "interrupt_keys"});
    Preset preset{.name = name, .command = fields.get_strings("command")};
    if (preset.command.empty())
        throw Error(Errc::invalid_argument, fields.path_of("command") + " must name a program")
            .with_hint("Write the program and its arguments as a list: [\"my-agent\", \"--yes\"].");
    preset.follow_up = fields.get_strings("follow_up");
    preset.fork = fields.get_strings("fork");
    preset.session_files = fields.get_strings("session_files");
    preset.terminal.command = fields.get_strings("interactive");
    preset.terminal.follow_up = fields.get_strings("interactive_follow_up");
    preset.terminal.fork = fields.get_strings("interactive_fork");
    if (fields.has("interrupt_keys")) preset.terminal.interrupt_keys = fields.get_strings("interrupt_keys");
    preset.model_arguments = fields.get_strings("model_arguments");
    preset.system_prompt_arguments = fields.get_strings("system_prompt_arguments");
    preset.prompt = read_prompt_by(fields.get_string("prompt", "stdin"), fields.path_of("prompt"));
    if (const json::object* environment = fields.find_object("environment")) {
        const FieldReader variables(*environment, fields.path_of("environment"));
        for (const auto& entry : *environment) preset.environment[entry.key()] = variables.get_string(entry.key());
    }
    return preset;
}

}
