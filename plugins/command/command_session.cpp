#include "command_session.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <utility>

#include "control_lines.hpp"
#include "murmur/error.hpp"
#include "session_places.hpp"

namespace murmur::command_backend {

namespace {

constexpr std::size_t response_bytes_max = 32 << 10;  // the end of the output is what counts

/// What fits into a variable: no NUL, cut between characters.
std::string variable_text(std::string text) {
    std::erase(text, '\0');
    if (text.size() <= argument_bytes_max) return text;
    std::size_t end = argument_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text;
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
        text.replace(at, what.size(), by);
}

}

std::string joined_messages(const std::vector<UserMessage>& messages) {
    std::string text;
    for (const UserMessage& message : messages) text += (text.empty() ? "" : "\n\n") + message.text;
    return text;
}

std::string describe_end(const ExitStatus& status) {
    if (status.signal) {
        const char* text = sigdescr_np(status.signal);
        return "signal " + std::to_string(status.signal) + (text ? std::string(" (") + text + ")" : "");
    }
    return status.code ? "exit " + std::to_string(status.code) : "end_turn";
}

CommandSession::CommandSession(SessionSpec spec, CommandPlan plan) : spec_(std::move(spec)), plan_(std::move(plan)) {
    turns_done_ = FieldReader(spec_.checkpoint, "checkpoint").get_int("turns", 0);
    forked_ = forked_session(spec_);
}

std::string CommandSession::filled_in(const std::string& argument, const std::string& prompt) const {
    // One replacement only: a prompt that mentions {model} stays as it is.
    if (argument == "{prompt}") return prompt;
    std::string out = argument;
    replace_all(out, "{session_id}", spec_.session_id);
    replace_all(out, "{forked_session_id}", forked_);
    replace_all(out, "{model}", spec_.model);
    replace_all(out, "{reasoning_effort}", spec_.reasoning_effort);
    replace_all(out, "{system_prompt}", spec_.append_system_prompt);
    return out;
}

std::vector<std::string> CommandSession::command_words() const {
    const Preset& preset = plan_.preset;
    std::vector<std::string> words = turns_done_ == 0 || preset.follow_up.empty() ? preset.command : preset.follow_up;
    if (turns_done_ > 0 && !forked_.empty() && !preset.fork.empty()) words = preset.fork;
    const auto insert_options = [&](const std::vector<std::string>& options) {
        // Before the prompt, where every CLI takes options.
        auto place = std::find(words.begin(), words.end(), "{prompt}");
        if (place != words.end() && place != words.begin() && std::prev(place)->starts_with("-")) --place;
        words.insert(place, options.begin(), options.end());
    };
    if (!spec_.model.empty()) insert_options(preset.model_arguments);
    if (!spec_.append_system_prompt.empty()) insert_options(preset.system_prompt_arguments);
    return words;
}

std::map<std::string, std::string> CommandSession::program_environment() const {
    std::map<std::string, std::string> out = plan_.preset.environment;
    if (!spec_.model.empty()) out["MURMUR_MODEL"] = spec_.model;
    if (!spec_.reasoning_effort.empty()) out["MURMUR_REASONING_EFFORT"] = spec_.reasoning_effort;
    const auto home = spec_.environment.find("MURMUR_USER_HOME");
    if (plan_.user_home && home != spec_.environment.end()) out["HOME"] = home->second;
    return out;
}

Launch CommandSession::launch(const std::vector<UserMessage>& messages) {
    const Preset& preset = plan_.preset;
    interrupted_ = false;
    response_.clear();
    std::string prompt = joined_messages(messages);
    if (turns_done_ == 0 && !spec_.append_system_prompt.empty() && preset.system_prompt_arguments.empty())
        prompt = spec_.append_system_prompt + "\n\n" + prompt;

    Launch launch;
    bool passed = preset.prompt == PromptBy::standard_input;
    for (const std::string& word : command_words()) {
        passed = passed || word == "{prompt}";
        launch.argv.push_back(filled_in(word, prompt));
    }
    if (!passed) launch.argv.push_back(prompt);
    if (preset.prompt == PromptBy::argument && prompt.size() > argument_bytes_max)
        throw Error(Errc::invalid_argument,
                    "the prompt of " + std::to_string(prompt.size()) + " bytes is too long for an argument")
            .with_hint("Set `backends.command.prompt` to stdin, or shorten the prompt.");
    for (std::string& argument : launch.argv) std::erase(argument, '\0');

    launch.environment = program_environment();
    launch.environment["MURMUR_PROMPT"] = variable_text(prompt);
    if (preset.prompt == PromptBy::standard_input) launch.standard_input = prompt;
    launch.close_standard_input = true;
    launch.commit_changes = plan_.commit_changes;
    launch.time_limit = plan_.time_limit;
    return launch;
}

Translation CommandSession::on_line(OutputStream stream, std::string_view line) {
    Translation out;
    const bool is_output = stream == OutputStream::standard_output;
    if (is_output && is_cost_line(line)) {
        out.events.push_back(read_cost_line(line));
        return out;
    }
    if (is_output) keep_response(line);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return out;
    out.events.push_back({.kind = is_output ? SessionEventKind::assistant_text : SessionEventKind::standard_error,
                          .text = std::string(line)});
    return out;
}

void CommandSession::keep_response(std::string_view line) {
    response_.append(line);
    response_ += '\n';
    if (response_.size() > 2 * response_bytes_max) response_.erase(0, response_.size() - response_bytes_max);
}

std::string CommandSession::take_response() {
    while (!response_.empty() && response_.back() == '\n') response_.pop_back();
    std::size_t begin = response_.size() > response_bytes_max ? response_.size() - response_bytes_max : 0;
    while (begin < response_.size() && (static_cast<unsigned char>(response_[begin]) & 0xC0) == 0x80) ++begin;
    return std::exchange(response_, {}).substr(begin);
}

Translation CommandSession::on_exit(const ExitStatus& status) {
    Translation out;
    TurnResult result{.success = status.success(), .stop_reason = describe_end(status)};
    if (interrupted_ && !result.success) result.stop_reason = "interrupted";
    result.response = take_response();
    if (result.success) {
        out.checkpoint = next_checkpoint();
    }
    if (result.success) out.events.push_back({.kind = SessionEventKind::turn_complete, .text = result.stop_reason});
    out.turn_ended = std::move(result);
    return out;
}

json::object CommandSession::next_checkpoint() {
    forked_.clear();  // from now on there is a conversation of its own
    return {{"turns", ++turns_done_}, {"session", spec_.session_id}};
}

Translation CommandSession::interrupt() {
    interrupted_ = true;
    return {.signal = SIGINT};
}

Translation CommandSession::stop() {
    interrupted_ = true;
    return {.signal = SIGTERM};
}

}
