// What a session does otherwise when its CLI runs in a terminal.

#include "runner/session.hpp"
#include "runner/terminal_process.hpp"

namespace murmur::runner {

std::unique_ptr<SessionProcess> Session::start_terminal(const ProcessStart& start) {
    // One that was given its first message as an argument needs no time before it has it.
    const bool awaits_prompt = start.journal_entry.empty();
    return std::make_unique<TerminalProcess>(start, parts_.machine_directory, awaits_prompt);
}

/// The program is up, and has its first message or waits for it.
void Session::begin_first_turn() {
    const std::vector<UserMessage> messages = std::move(*first_);
    first_.reset();
    if (!first_input_.empty()) parts_.journal.append(messages);
    begin_turn(messages);
    if (!first_input_.empty()) process_->write(std::exchange(first_input_, {}));
}

void Session::on_turn_began() {
    tells_turns_ = true;
    if (is_free()) begin_turn({});
}

void Session::on_line(OutputStream stream, std::string_view line) {
    // Where murmur has asked for nothing, it is a person who makes the program show something.
    if (stream == OutputStream::standard_output && !tells_turns_ && is_free() && process_->is_attended()) {
        begin_turn({});
        is_persons_turn_ = true;
    }
    apply(translator_->on_line(stream, line));
}

/// When the turn is over because nothing has moved for so long.
Session::Time Session::rest_deadline() const {
    if (!is_interactive() || !process_ || !turn_running_ || !process_->is_at_rest()) return Time::max();
    const bool has_left = is_persons_turn_ && !process_->is_attended();
    const auto rest = interrupted_ || has_left ? limits_.rest : launch_.quiet_time;
    if (rest.count() == 0) return Time::max();
    return std::max(process_->last_output(), rests_from_) + rest;
}

void Session::on_rest() {
    Translation translation = translator_->on_quiet();
    if (interrupted_ && translation.turn_ended) {
        translation.turn_ended->success = false;
        translation.turn_ended->stop_reason = "interrupted";
    }
    apply(std::move(translation));
}

}
