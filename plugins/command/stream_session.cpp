#include "stream_session.hpp"

#include <csignal>

#include "control_lines.hpp"

namespace murmur::command_backend {

namespace {

std::string message_line(StreamFormat format, const std::string& id, const std::string& text) {
    if (format == StreamFormat::json) return json::serialize(json::object{{"id", id}, {"text", text}}) + "\n";
    std::string line = text;
    for (char& c : line)
        if (c == '\n' || c == '\r' || c == '\0') c = ' ';
    return line + "\n";
}

}

StreamSession::StreamSession(SessionSpec spec, CommandPlan plan) : CommandSession(std::move(spec), std::move(plan)) {}

std::string StreamSession::lines_for(const std::vector<UserMessage>& messages) {
    std::string lines;
    for (const UserMessage& message : messages) {
        lines += message_line(plan_.stream, message.id, message.text);
        ++open_;
    }
    return lines;
}

Launch StreamSession::launch(const std::vector<UserMessage>& messages) {
    interrupted_ = failed_ = false;
    open_ = 0;
    std::vector<UserMessage> first = messages;
    if (turns_done_ == 0 && !spec_.append_system_prompt.empty() && plan_.preset.system_prompt_arguments.empty() &&
        !first.empty())
        first.front().text = spec_.append_system_prompt + "\n\n" + first.front().text;
    Launch launch;
    for (const std::string& word : command_words())
        if (word != "{prompt}") launch.argv.push_back(filled_in(word, ""));
    launch.environment = program_environment();
    launch.environment["MURMUR_STREAM"] = plan_.stream == StreamFormat::json ? "json" : "text";
    launch.standard_input = lines_for(first);
    launch.commit_changes = plan_.commit_changes;
    return launch;
}

Translation StreamSession::on_line(OutputStream stream, std::string_view line) {
    const auto done = stream == OutputStream::standard_output ? read_done_line(line) : std::nullopt;
    if (!done) return CommandSession::on_line(stream, line);
    Translation out;
    if (open_ == 0) return out;  // it was not asked for anything
    if (!done->success) failed_ = true;
    if (!done->success || stop_reason_.empty()) stop_reason_ = done->stop_reason;
    if (--open_ > 0) return out;
    TurnResult result{.success = !failed_, .stop_reason = stop_reason_, .response = take_response()};
    if (interrupted_) result = {false, "interrupted", std::move(result.response)};
    if (result.success) {
        out.checkpoint = next_checkpoint();
        out.events.push_back({.kind = SessionEventKind::turn_complete, .text = result.stop_reason});
    }
    interrupted_ = failed_ = false;
    stop_reason_.clear();
    out.turn_ended = std::move(result);
    return out;
}

Translation StreamSession::on_exit(const ExitStatus& status) {
    Translation out;
    if (open_ == 0 && status.success()) return out;
    // Whatever it says of itself, what it was given is not dealt with.
    TurnResult result{.success = false, .stop_reason = describe_end(status), .response = take_response()};
    if (status.success()) result.stop_reason = "it ended within the turn";
    if (interrupted_) result.stop_reason = "interrupted";
    open_ = 0;
    out.turn_ended = std::move(result);
    return out;
}

Translation StreamSession::deliver(const std::vector<UserMessage>& messages) {
    Translation out;
    out.to_standard_input = lines_for(messages);
    for (const UserMessage& message : messages) out.delivered.push_back(message.id);
    return out;
}

Translation StreamSession::stop() {
    Translation out;
    out.close_standard_input = true;
    if (open_ == 0) return out;
    interrupted_ = true;
    out.signal = SIGTERM;
    return out;
}

}
