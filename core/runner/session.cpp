#include "runner/session.hpp"

#include <algorithm>
#include <murmur/settings.hpp>

#include "runner/launch_files.hpp"

namespace murmur::runner {

namespace {

using SteadyClock = std::chrono::steady_clock;

std::string describe_exit(const ExitStatus& status) {
    if (status.signal) return "signal " + std::to_string(status.signal);
    return status.code ? "exit " + std::to_string(status.code) : "end_turn";
}

}

Session::Session(SessionParts parts, SessionSpec spec, SessionLimits limits)
    : parts_(std::move(parts)),
      spec_(std::move(spec)),
      limits_(limits),
      saver_([this](const TurnSaver::Pause& pause) { return save(pause); }, limits.saving) {}

Session::Result Session::run(std::vector<UserMessage> first) {
    try {
        capabilities_ = parts_.backend.session_capabilities(spec_);
        translator_ = parts_.backend.open(spec_, Call{});
        // Those that an earlier runner has handed over already are told as delivered.
        std::erase_if(first, [this](const UserMessage& message) { return parts_.journal.has_earlier(message.id); });
        pending_.assign(std::make_move_iterator(first.begin()), std::make_move_iterator(first.end()));
        parts_.sink.report(reports::session_started({.backend = parts_.backend_name,
                                                     .session_id = spec_.session_id,
                                                     .resumed = capabilities_.resume && !spec_.checkpoint.empty(),
                                                     .delivered = parts_.journal.earlier()}));
        if (parts_.has_unsaved) saver_.want();
        loop();
    } catch (...) {
        fail(current_error());
    }
    process_.reset();
    if (assessor_) {
        assessor_->cancel(Error(Errc::aborted, "the session is over"));
        end_assessment();
    }
    Result result{.end = error_ ? End::failed : ending_.value_or(End::stopped)};
    // Told to go while it failed: who told it must still be obeyed.
    if (ending_ && *ending_ != End::stopped) result.end = *ending_;
    result.outcome = {error_, last_exit_, last_stderr_};
    result.discard = discard_;
    result.hurry = hurry_ || result.end == End::fenced || result.end == End::shut_down;
    return result;
}

bool Session::may_begin_turn() const {
    if (ending_ || turn_running_ || assessor_ || pending_.empty()) return false;
    return !process_ || (!capabilities_.process_per_turn && !first_ && process_->is_ready());
}

void Session::loop() {
    while (!error_) {
        begin_what_is_due();
        if (ending_ && !process_) return;
        wait_and_handle();
    }
}

void Session::begin_what_is_due() {
    if ((may_begin_turn() || may_open_terminal()) && saver_.is_wanted()) saver_.save_again();
    if (may_open_terminal()) begin_process();  // a person may come before any message
    if (first_ && !ending_ && process_->is_ready()) begin_first_turn();
    if (may_begin_turn() && turn_ > 0) {
        parts_.observer.follow_bases();
        while (const auto message = parts_.inbox.take()) on_inbox(*message);  // it may have taken its time
    }
    if (may_begin_turn()) {
        if (!process_)
            begin_process();
        else
            deliver_pending();
    }
    if (!ending_ && !turn_running_ && !assessor_ && pending_.empty() && !to_assess_.empty()) {
        const AssessCommand command = std::move(to_assess_.front());
        to_assess_.pop_front();
        begin_assessment(command);
    }
}

void Session::wait_and_handle() {
    PollSet set;
    parts_.inbox.watch(set);
    const bool may_save = !turn_running_ && !ending_;
    Time deadline = std::min({press_at_, turn_deadline_, rest_deadline()});
    if (may_save) deadline = std::min(deadline, saver_.deadline());
    if (process_) {
        process_->watch(set);
        deadline = std::min(deadline, process_->deadline());
    }
    if (assessor_) {
        assessor_->watch(set);
        deadline = std::min(deadline, assessor_->deadline());
    }
    set.wait_until(deadline);
    while (const auto message = parts_.inbox.take()) on_inbox(*message);
    if (assessor_) {
        assessor_->handle(set);
        if (assessor_->finished()) end_assessment();
    }
    if (process_) {
        process_->handle(set, [this](OutputStream stream, std::string_view line) { on_line(stream, line); });
        if (process_->finished()) return on_process_end();
    }
    const auto now = SteadyClock::now();
    if (now >= turn_deadline_) {
        turn_deadline_ = Time::max();
        timed_out_ = true;
        report_event(SessionEventKind::error,
                     "the turn ran longer than " + format_duration(launch_.time_limit) + " and is being ended",
                     "Raise `timeout` in the backend's settings if it needs longer.");
        pressure_ = Pressure::asked;
        press();
    }
    if (now >= rest_deadline()) on_rest();
    if (now >= press_at_) press();
    if (may_save && !turn_running_ && !ending_ && now >= saver_.deadline()) saver_.save_again();
}

void Session::on_inbox(const InboxMessage& message) {
    if (const auto* command = std::get_if<RunnerCommand>(&message)) return on_command(*command);
    if (const auto* fenced = std::get_if<FencedNotice>(&message)) {
        parts_.logger.log(LogLevel::warning, "this incarnation is over", {{"reason", fenced->reason}});
        parts_.observer.forbid_pushing();
        return begin_ending(End::fenced, limits_.shutdown_grace);
    }
    if (std::holds_alternative<ShutdownNotice>(message)) begin_ending(End::shut_down, limits_.shutdown_grace);
}

void Session::on_command(const RunnerCommand& command) {
    if (command.messages && !ending_) {
        if (command.mid_turn && turn_running_ && capabilities_.message_mid_turn && process_)
            deliver_mid_turn(*command.messages);
        else
            pending_.insert(pending_.end(), command.messages->begin(), command.messages->end());
    }
    if (command.assess && !ending_) to_assess_.push_back(*command.assess);
    if (!command.settings.empty()) parts_.observer.apply_settings(command.settings);
    if (command.interrupt) interrupt_turn();
    if (command.stop) stop_for(*command.stop);
}

std::vector<UserMessage> Session::take_pending() {
    std::vector<UserMessage> out(std::make_move_iterator(pending_.begin()), std::make_move_iterator(pending_.end()));
    pending_.clear();
    return out;
}

void Session::begin_process() {
    const std::vector<UserMessage> messages = take_pending();
    launch_ = translator_->launch(messages);
    write_launch_files(launch_.files, spec_.home_directory);
    const bool is_typed = is_interactive() && !launch_.standard_input.empty();  // and noted when it is
    ProcessStart start{.argv = launch_.argv,
                       .environment = spec_.environment,
                       .working_directory = spec_.working_directory,
                       .input = launch_.standard_input,
                       .close_input = launch_.close_standard_input,
                       .journal_entry = is_typed ? "" : DeliveryJournal::entry(messages),
                       .journal = parts_.journal.descriptor(),
                       .redactor = parts_.redactor};
    for (const auto& [name, value] : launch_.environment) start.environment[name] = value;
    if (is_interactive()) {
        process_ = start_terminal(start);
        if (!messages.empty()) first_ = messages;
        first_input_ = std::move(launch_.standard_input);
    } else {
        process_ = std::make_unique<ChildProcess>(start);
        begin_turn(messages);
    }
    launch_.environment.clear();
    launch_.files.clear();
    launch_.standard_input.clear();
}

void Session::begin_turn(const std::vector<UserMessage>& messages) {
    ++turn_;
    turn_running_ = true;
    interrupted_ = timed_out_ = is_persons_turn_ = false;
    rests_from_ = SteadyClock::now();
    assistant_text_.clear();
    turn_text_ = messages.empty() ? "" : messages.front().text;
    pressure_ = Pressure::none;
    press_at_ = Time::max();
    turn_deadline_ = launch_.time_limit.count() > 0 && capabilities_.process_per_turn
                         ? SteadyClock::now() + launch_.time_limit
                         : Time::max();
    parts_.sink.report(reports::turn_started(turn_, messages, process_->pid()));
}

void Session::deliver_pending() {
    const std::vector<UserMessage> messages = take_pending();
    const Translation translation = translator_->deliver(messages);
    parts_.journal.append(messages);
    begin_turn(messages);
    apply(translation);
}

/// What the backend does not say to have taken in yet is on its way: it says so later, or begins the next turn with it.
void Session::deliver_mid_turn(const std::vector<UserMessage>& messages) {
    const Translation translation = translator_->deliver(messages);
    parts_.journal.append(messages);
    on_their_way_.insert(on_their_way_.end(), messages.begin(), messages.end());
    apply(translation);
}

/// Tells which of the messages that came within the turn are now part of it.
void Session::report_taken(const std::vector<std::string>& ids) {
    std::vector<UserMessage> taken;
    std::erase_if(on_their_way_, [&](const UserMessage& message) {
        if (std::find(ids.begin(), ids.end(), message.id) == ids.end()) return false;
        taken.push_back(message);
        return true;
    });
    if (!taken.empty()) parts_.sink.report(reports::messages_taken(turn_, taken));
}

void Session::apply(Translation translation) {
    for (SessionEvent& event : translation.events) {
        if (event.kind == SessionEventKind::assistant_text) assistant_text_ = event.text;
        parts_.sink.report(reports::session_event(event));
    }
    if (process_) {
        if (!translation.to_standard_input.empty()) process_->write(translation.to_standard_input);
        if (translation.close_standard_input) process_->close_input();
        if (translation.signal) process_->send_signal(translation.signal);
        process_->press_keys(translation.keys);
    }
    if (translation.turn_began) on_turn_began();
    if (!translation.delivered.empty()) report_taken(translation.delivered);
    if (translation.checkpoint) {
        parts_.memory.keep_checkpoint(*translation.checkpoint);
        parts_.sink.report(reports::checkpoint(*translation.checkpoint));
    }
    if (translation.turn_ended && turn_running_) end_turn(std::move(*translation.turn_ended));
}

void Session::end_turn(TurnResult result) {
    turn_running_ = false;
    turn_deadline_ = Time::max();
    if (!ending_) {
        pressure_ = Pressure::none;
        press_at_ = Time::max();
    }
    if (timed_out_) {
        result.success = false;
        result.stop_reason = "timeout after " + format_duration(launch_.time_limit);
    } else if ((interrupted_ || ending_) && !result.success) {
        result.stop_reason = "interrupted";
    }
    if (result.response.empty()) result.response = assistant_text_;
    try {
        if (launch_.commit_changes) parts_.observer.commit_changes(parts_.redactor->redact(turn_text_));
        parts_.observer.publish();
    } catch (...) {
        const Error error = current_error();
        report_event(SessionEventKind::error, "committing the changes failed: " + error.message(), error.hint());
    }
    TurnFacts facts{.turn = turn_};
    if (process_) {
        facts.stderr_tail = process_->stderr_tail();
        if (process_->finished()) facts.exit = process_->status();
    }
    // Whatever the session has not said to have taken in, it got; it must not come again.
    std::vector<std::string> got;
    for (const UserMessage& message : on_their_way_) got.push_back(message.id);
    report_taken(got);
    save_turn();
    parts_.sink.report(reports::turn_ended(facts, result));
}

void Session::save_turn() {
    parts_.memory.keep_turn(turn_);
    if (ending_) return;  // at the end it is saved in any case
    saver_.save([this](std::chrono::milliseconds pause) { return wait_for_orders(pause); });
}

bool Session::save(const TurnSaver::Pause& pause) {
    try {
        return parts_.observer.save(pause);
    } catch (...) {
        const Error error = current_error();
        report_event(SessionEventKind::error, "saving the session failed: " + error.message(), error.hint());
        return false;
    }
}

/// Waits, but for an order that makes waiting senseless. Returns whether there was none.
bool Session::wait_for_orders(std::chrono::milliseconds pause) {
    const auto deadline = SteadyClock::now() + pause;
    while (!ending_) {
        const auto message = parts_.inbox.wait(deadline);
        if (!message) return true;
        on_inbox(*message);
    }
    return false;
}

void Session::begin_assessment(const AssessCommand& command) {
    try {
        assessor_ = std::make_unique<Assessor>(parts_.backend, spec_, parts_.observer.copy_work(), command,
                                               parts_.redactor, parts_.sink, limits_.assessor,
                                               process_ ? process_->roots() : std::vector<pid_t>());
    } catch (...) {
        parts_.observer.remove_copy();
        parts_.sink.report(reports::assessed({.round = command.round, .error = current_error()}));
    }
}

void Session::end_assessment() {
    const reports::Assessment result = assessor_->result();
    assessor_.reset();  // with whatever it left running
    parts_.observer.remove_copy();
    parts_.sink.report(reports::assessed(result));
}

void Session::on_process_end() {
    last_exit_ = process_->status();
    last_stderr_ = process_->stderr_tail();
    if (first_ && first_input_.empty()) begin_first_turn();  // it had its message, and was quick
    apply(translator_->on_exit(last_exit_));
    if (turn_running_)
        end_turn({.success = last_exit_.success() && capabilities_.process_per_turn,
                  .stop_reason = describe_exit(last_exit_)});
    process_.reset();
    first_.reset();
    pressure_ = Pressure::none;
    press_at_ = Time::max();
    if (capabilities_.process_per_turn || ending_) return;
    // A process that should have lasted for the session is the session: it ends with it.
    if (last_exit_.success())
        ending_ = End::stopped;
    else
        fail(Error(Errc::unavailable,
                   "backend \"" + parts_.backend_name + "\" ended by itself: " + describe_exit(last_exit_))
                 .with_hint("Its last words are in the session's record."));
}

void Session::report_event(SessionEventKind kind, std::string text, std::string hint) {
    SessionEvent event{.kind = kind, .text = std::move(text)};
    if (!hint.empty()) event.data["hint"] = hint;
    parts_.sink.report(reports::session_event(event));
}

void Session::fail(const Error& error) {
    if (!error_) error_ = error;
    report_event(SessionEventKind::error, error.message(), error.hint());
}

}
