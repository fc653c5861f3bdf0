#include "interactive_session.hpp"

#include <algorithm>
#include <csignal>

#include "control_lines.hpp"

namespace murmur::command_backend {

namespace {

/// As an argument it would be taken for an option, or is too long.
bool must_be_typed(const std::string& prompt) {
    return prompt.starts_with("-") || prompt.size() > argument_bytes_max || prompt.find('\0') != std::string::npos;
}

}

InteractiveSession::InteractiveSession(SessionSpec spec, CommandPlan plan)
    : CommandSession(std::move(spec), std::move(plan)) {}

Launch InteractiveSession::launch(const std::vector<UserMessage>& messages) {
    interrupted_ = false;
    std::string prompt = joined_messages(messages);
    if (turns_done_ == 0 && !spec_.append_system_prompt.empty() && plan_.preset.system_prompt_arguments.empty() &&
        !prompt.empty())
        prompt = spec_.append_system_prompt + "\n\n" + prompt;
    Launch launch;
    const std::vector<std::string> words = command_words();
    const bool is_argument = std::find(words.begin(), words.end(), "{prompt}") != words.end() && !must_be_typed(prompt);
    for (const std::string& word : words)
        if (word != "{prompt}" || (is_argument && !prompt.empty())) launch.argv.push_back(filled_in(word, prompt));
    if (!is_argument) launch.standard_input = prompt;
    launch.environment = program_environment();
    launch.commit_changes = plan_.commit_changes;
    launch.quiet_time = plan_.preset.terminal.quiet_time;
    return launch;
}

Translation InteractiveSession::on_line(OutputStream stream, std::string_view line) {
    if (stream == OutputStream::control) return on_control(line);
    if (stream == OutputStream::standard_error) return CommandSession::on_line(stream, line);
    // Whatever the terminal shows may have been typed by anybody: it is text, and no order to murmur.
    keep_response(line);
    Translation out;
    if (line.find_first_not_of(" \t\r") != std::string_view::npos)
        out.events.push_back({.kind = SessionEventKind::assistant_text, .text = std::string(line)});
    return out;
}

Translation InteractiveSession::on_control(std::string_view line) {
    Translation out;
    if (is_cost_line(line)) {
        out.events.push_back(read_cost_line(line));
    } else if (is_begin_line(line)) {
        out.turn_began = true;
    } else if (auto done = read_done_line(line)) {
        return end(std::move(*done));
    } else if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
        out.events.push_back({.kind = SessionEventKind::error,
                              .text = "the program wrote something unknown to $MURMUR_CONTROL: " + std::string(line),
                              .data = {{"hint", "It takes murmur:done, murmur:begin and murmur:cost, a line each."}}});
    }
    return out;
}

Translation InteractiveSession::end(TurnResult result) {
    Translation out;
    result.response = take_response();
    if (interrupted_ && !result.success) result.stop_reason = "interrupted";
    interrupted_ = false;
    if (result.success) {
        out.checkpoint = next_checkpoint();
        out.events.push_back({.kind = SessionEventKind::turn_complete, .text = result.stop_reason});
    }
    out.turn_ended = std::move(result);
    return out;
}

Translation InteractiveSession::on_quiet() {
    return end({.success = !interrupted_, .stop_reason = "end_turn", .response = ""});
}

Translation InteractiveSession::on_exit(const ExitStatus& status) {
    return end({.success = status.success(), .stop_reason = describe_end(status), .response = ""});
}

Translation InteractiveSession::deliver(const std::vector<UserMessage>& messages) {
    Translation out;
    out.to_standard_input = joined_messages(messages);
    for (const UserMessage& message : messages) out.delivered.push_back(message.id);
    return out;
}

Translation InteractiveSession::interrupt() {
    interrupted_ = true;
    return {.keys = plan_.preset.terminal.interrupt_keys};
}

Translation InteractiveSession::stop() {
    interrupted_ = true;
    return {.signal = SIGHUP};  // what a terminal sends that is closed; shells heed no SIGTERM
}

}
