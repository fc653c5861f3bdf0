#include "runner/session.hpp"

#include <base/file.hpp>
#include <csignal>
#include <filesystem>
#include <murmur/settings.hpp>

namespace murmur::runner {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Writes the launch's files below the home directory. A path that leaves it is the backend's bug.
void write_launch_files(const std::map<std::string, std::string>& files, const std::string& home) {
    for (const auto& [name, content] : files) {
        const std::filesystem::path relative(name);
        for (const auto& part : relative)
            if (part == ".." || relative.is_absolute())
                throw Error(Errc::internal, "the backend wants to write \"" + name + "\" outside the agent's home");
        const std::filesystem::path file = std::filesystem::path(home) / relative;
        std::filesystem::create_directories(file.parent_path());
        write_file_atomically(file, content, 0600);
    }
}

std::string describe_exit(const ExitStatus& status) {
    if (status.signal) return "signal " + std::to_string(status.signal);
    return status.code ? "exit " + std::to_string(status.code) : "end_turn";
}

}

Session::Session(Backend& backend, SessionSpec spec, std::string backend_name, Inbox& inbox, ReportSink& sink,
                 TurnObserver& observer, Logger& logger, SessionLimits limits, std::shared_ptr<const Redactor> redactor)
    : backend_(backend),
      spec_(std::move(spec)),
      backend_name_(std::move(backend_name)),
      inbox_(inbox),
      sink_(sink),
      observer_(observer),
      logger_(logger),
      limits_(limits),
      redactor_(std::move(redactor)) {}

Session::Result Session::run(std::vector<UserMessage> first) {
    try {
        capabilities_ = backend_.capabilities();
        translator_ = backend_.open(spec_, Call{});
        pending_.assign(std::make_move_iterator(first.begin()), std::make_move_iterator(first.end()));
        sink_.report(reports::session_started(backend_name_, spec_.session_id));
        loop();
    } catch (...) {
        fail(current_error());
    }
    process_.reset();
    Result result{.end = error_ ? End::failed : ending_.value_or(End::stopped)};
    // Told to go while it failed: who told it must still be obeyed.
    if (ending_ && *ending_ != End::stopped) result.end = *ending_;
    result.outcome = {error_, last_exit_, last_stderr_};
    return result;
}

void Session::loop() {
    while (!error_) {
        if (ending_ && !process_) return;
        if (!ending_ && !process_ && !pending_.empty()) begin_process();
        if (!ending_ && process_ && !turn_running_ && !pending_.empty() && !capabilities_.process_per_turn)
            deliver_pending();
        wait_and_handle();
    }
}

void Session::wait_and_handle() {
    PollSet set;
    inbox_.watch(set);
    Time deadline = std::min(press_at_, turn_deadline_);
    if (process_) {
        process_->watch(set);
        deadline = std::min(deadline, process_->deadline());
    }
    set.wait_until(deadline);
    while (const auto message = inbox_.take()) on_inbox(*message);
    if (process_) {
        process_->handle(
            set, [this](OutputStream stream, std::string_view line) { apply(translator_->on_line(stream, line)); });
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
    if (now >= press_at_) press();
}

void Session::on_inbox(const InboxMessage& message) {
    if (const auto* command = std::get_if<RunnerCommand>(&message)) return on_command(*command);
    if (const auto* fenced = std::get_if<FencedNotice>(&message)) {
        logger_.log(LogLevel::warning, "this incarnation is over", {{"reason", fenced->reason}});
        observer_.forbid_pushing();
        return begin_ending(End::fenced, limits_.shutdown_grace);
    }
    if (std::holds_alternative<ShutdownNotice>(message)) begin_ending(End::shut_down, limits_.shutdown_grace);
}

void Session::on_command(const RunnerCommand& command) {
    if (command.messages && !ending_) {
        if (command.mid_turn && turn_running_ && capabilities_.message_mid_turn && process_)
            return apply(translator_->deliver(*command.messages));
        pending_.insert(pending_.end(), command.messages->begin(), command.messages->end());
    }
    if (command.interrupt) interrupt_turn();
    if (command.stop) begin_ending(End::stopped, limits_.stop_grace);
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
    ProcessStart start{.argv = launch_.argv,
                       .environment = spec_.environment,
                       .working_directory = spec_.working_directory,
                       .redactor = redactor_};
    for (const auto& [name, value] : launch_.environment) start.environment[name] = value;
    process_ = std::make_unique<ChildProcess>(start);
    begin_turn(messages);
    process_->write(launch_.standard_input);
    if (launch_.close_standard_input) process_->close_input();
    launch_.environment.clear();
    launch_.files.clear();
    launch_.standard_input.clear();
}

void Session::begin_turn(const std::vector<UserMessage>& messages) {
    ++turn_;
    turn_running_ = true;
    interrupted_ = timed_out_ = false;
    assistant_text_.clear();
    turn_text_ = messages.empty() ? "" : messages.front().text;
    pressure_ = Pressure::none;
    press_at_ = Time::max();
    turn_deadline_ = launch_.time_limit.count() > 0 && capabilities_.process_per_turn
                         ? SteadyClock::now() + launch_.time_limit
                         : Time::max();
    sink_.report(reports::turn_started(turn_, messages, process_->pid()));
}

void Session::deliver_pending() {
    const std::vector<UserMessage> messages = take_pending();
    begin_turn(messages);
    apply(translator_->deliver(messages));
}

void Session::apply(Translation translation) {
    for (SessionEvent& event : translation.events) {
        if (event.kind == SessionEventKind::assistant_text) assistant_text_ = event.text;
        sink_.report(reports::session_event(event));
    }
    if (process_) {
        if (!translation.to_standard_input.empty()) process_->write(translation.to_standard_input);
        if (translation.close_standard_input) process_->close_input();
        if (translation.signal) process_->send_signal(translation.signal);
    }
    if (translation.checkpoint) sink_.report(reports::checkpoint(*translation.checkpoint));
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
        if (launch_.commit_changes) observer_.commit_changes(redactor_->redact(turn_text_));
        observer_.publish();
    } catch (...) {
        const Error error = current_error();
        report_event(SessionEventKind::error, "committing the changes failed: " + error.message(), error.hint());
    }
    TurnFacts facts{.turn = turn_};
    if (process_) {
        facts.stderr_tail = process_->stderr_tail();
        if (process_->finished()) facts.exit = process_->status();
    }
    sink_.report(reports::turn_ended(facts, result));
}

void Session::on_process_end() {
    last_exit_ = process_->status();
    last_stderr_ = process_->stderr_tail();
    apply(translator_->on_exit(last_exit_));
    if (turn_running_)
        end_turn({.success = last_exit_.success() && capabilities_.process_per_turn,
                  .stop_reason = describe_exit(last_exit_)});
    process_.reset();
    pressure_ = Pressure::none;
    press_at_ = Time::max();
    if (capabilities_.process_per_turn || ending_) return;
    // A process that should have lasted for the session is the session: it ends with it.
    if (last_exit_.success())
        ending_ = End::stopped;
    else
        fail(Error(Errc::unavailable, "backend \"" + backend_name_ + "\" ended by itself: " + describe_exit(last_exit_))
                 .with_hint("Its last words are in the session's record."));
}

void Session::interrupt_turn() {
    if (!turn_running_ || !process_ || ending_) return;
    interrupted_ = true;
    apply(translator_->interrupt());
    if (pressure_ == Pressure::none) {
        pressure_ = Pressure::asked;
        press_at_ = SteadyClock::now() + limits_.interrupt_grace;
    }
}

void Session::begin_ending(End end, std::chrono::milliseconds grace) {
    const bool first = !ending_;
    if (first || end != End::stopped) ending_ = end;
    if (!process_) return;
    if (first) apply(translator_->stop());
    if (pressure_ == Pressure::none || SteadyClock::now() + grace < press_at_) {
        if (pressure_ == Pressure::none) pressure_ = Pressure::asked;
        press_at_ = SteadyClock::now() + grace;
    }
}

/// The next stronger means.
void Session::press() {
    press_at_ = Time::max();
    if (!process_) return;
    if (pressure_ == Pressure::asked) {
        process_->send_signal(SIGTERM);
        pressure_ = Pressure::term;
        press_at_ = SteadyClock::now() + limits_.term_grace;
    } else if (pressure_ == Pressure::term) {
        process_->kill_tree();
        pressure_ = Pressure::kill;
    }
}

void Session::report_event(SessionEventKind kind, std::string text, std::string hint) {
    SessionEvent event{.kind = kind, .text = std::move(text)};
    if (!hint.empty()) event.data["hint"] = hint;
    sink_.report(reports::session_event(event));
}

void Session::fail(const Error& error) {
    if (!error_) error_ = error;
    report_event(SessionEventKind::error, error.message(), error.hint());
}

}
