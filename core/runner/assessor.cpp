#include "runner/assessor.hpp"

#include <base/ids.hpp>
#include <murmur/settings.hpp>

#include "runner/launch_files.hpp"

namespace murmur::runner {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// The agent's session made into one that only looks.
SessionSpec assessor_spec(SessionSpec spec, const std::filesystem::path& copy) {
    spec.session_id = random_uuid();
    spec.working_directory = copy;
    spec.checkpoint = {};
    spec.fork_checkpoint = false;
    spec.mode = SessionMode::autonomous;
    spec.append_system_prompt.clear();
    spec.environment.erase("MURMUR_TOKEN");  // it is not to act as the agent
    spec.environment["MURMUR_ASSESSOR"] = "1";
    return spec;
}

}

Assessor::Assessor(Backend& backend, SessionSpec spec, const std::filesystem::path& copy, const AssessCommand& command,
                   std::shared_ptr<const Redactor> redactor, ReportSink& sink, std::chrono::milliseconds limit,
                   std::vector<pid_t> agent_processes)
    : sink_(sink), deadline_(SteadyClock::now() + limit), limit_(limit) {
    result_.round = command.round;
    spec = assessor_spec(std::move(spec), copy);
    capabilities_ = backend.session_capabilities(spec);
    translator_ = backend.open(spec, Call{});
    const Launch launch = translator_->launch({{"", command.prompt}});
    write_launch_files(launch.files, spec.home_directory);
    ProcessStart start{.argv = launch.argv,
                       .environment = spec.environment,
                       .working_directory = spec.working_directory,
                       .input = launch.standard_input,
                       .close_input = launch.close_standard_input,
                       .spared = std::move(agent_processes),
                       .redactor = std::move(redactor)};
    for (const auto& [name, value] : launch.environment) start.environment[name] = value;
    process_ = std::make_unique<ChildProcess>(start);
}

void Assessor::handle(const PollSet& set) {
    if (done_) return;
    process_->handle(set, [this](OutputStream stream, std::string_view line) {
        if (!done_) apply(translator_->on_line(stream, line));
    });
    if (done_) return;
    if (process_->finished()) {
        const ExitStatus status = process_->status();
        apply(translator_->on_exit(status));
        if (done_) return;
        result_.answer = last_text_;
        if (status.success() && capabilities_.process_per_turn)
            finish(std::nullopt);
        else
            finish(Error(Errc::unavailable, "the assessor ended without an answer"));
    } else if (SteadyClock::now() >= deadline_) {
        finish(Error(Errc::deadline_exceeded, "the assessor gave no answer within " + format_duration(limit_)));
    }
}

void Assessor::apply(const Translation& translation) {
    for (const SessionEvent& event : translation.events) {
        if (event.kind == SessionEventKind::assistant_text) last_text_ = event.text;
        if (event.kind != SessionEventKind::cost) continue;
        result_.cost_usd += event.cost_usd;
        result_.cost_estimated = result_.cost_estimated || event.cost_estimated;
        // Whoever has the table of prices makes money of it.
        if (event.cost_usd == 0) sink_.report(reports::session_event(event));
    }
    if (!translation.to_standard_input.empty()) process_->write(translation.to_standard_input);
    if (translation.close_standard_input) process_->close_input();
    if (!translation.turn_ended) return;
    const TurnResult& turn = *translation.turn_ended;
    result_.answer = turn.response.empty() ? last_text_ : turn.response;
    if (turn.success)
        finish(std::nullopt);
    else
        finish(Error(Errc::unavailable, "the assessor failed: " + turn.stop_reason));
}

void Assessor::cancel(const Error& why) {
    if (!done_) finish(why);
}

void Assessor::finish(std::optional<Error> error) {
    result_.error = std::move(error);
    done_ = true;
}

}
