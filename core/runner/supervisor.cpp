#include "runner/supervisor.hpp"

#include <malloc.h>

#include <base/ids.hpp>

#include "runner/child_environment.hpp"
#include "runner/git_watch.hpp"
#include "runner/process_tree.hpp"
#include "runner/workspace.hpp"

namespace murmur::runner {

namespace {

// The end of a turn is told this much later at most when the origin is slow.
constexpr std::chrono::seconds push_patience{10};

using SteadyClock = std::chrono::steady_clock;

/// Gives the session what it needs of GitWatch.
class RepositoryObserver final : public TurnObserver {
public:
    explicit RepositoryObserver(GitWatch& watch) : watch_(watch) {}
    void commit_changes(const std::string& text) override { watch_.commit_changes(text); }
    void publish() override { watch_.publish(push_patience); }
    void forbid_pushing() override { watch_.forbid_pushing(); }

private:
    GitWatch& watch_;
};

SessionSpec make_session_spec(const Assignment& assignment, const Workspace& workspace, const Backend& backend) {
    SessionSpec spec;
    spec.session_id = assignment.session_id.empty() ? random_uuid() : assignment.session_id;
    spec.agent = assignment.account + "/" + assignment.slug;
    spec.working_directory = workspace.directory;
    spec.home_directory = workspace.home;
    spec.model = assignment.model;
    spec.reasoning_effort = assignment.reasoning_effort;
    spec.append_system_prompt = assignment.append_system_prompt;
    spec.environment = child_environment(assignment, workspace);
    spec.settings = assignment.backend_settings;
    spec.checkpoint = assignment.checkpoint;
    spec.installed_programs = installed_programs(backend.capabilities().programs, spec.environment["PATH"]);
    return spec;
}

/// The runner's work after it has its assignment.
class Supervision {
public:
    Supervision(const SupervisorOptions& options, Inbox& inbox, Channel& channel, Assignment assignment)
        : options_(options), inbox_(inbox), channel_(channel), assignment_(std::move(assignment)) {}

    Session::Result run() {
        Session::Result result;
        if (options_.redact_log) options_.redact_log(assignment_.redactor);
        try {
            remote_.environment = assignment_.environment;
            workspace_ = prepare_workspace(options_.machine_directory, assignment_, remote_, channel_);
            malloc_trim(0);  // cloning takes megabytes that the session, which may last days, has no use for
            result = run_session();
        } catch (...) {
            const Error error = current_error();
            SessionEvent event{.kind = SessionEventKind::error, .text = error.message()};
            if (!error.hint().empty()) event.data["hint"] = error.hint();
            channel_.report(reports::session_event(event));
            result = {Session::End::failed, {.error = error}};
        }
        std::string kept;
        for (const auto& file : salvage_workspace(workspace_, options_.salvage_directory, assignment_.slug,
                                                  options_.hello.incarnation, channel_))
            kept += (kept.empty() ? "" : ", ") + file.string();
        channel_.report(reports::session_ended(result.outcome, kept));
        return result;
    }

private:
    Session::Result run_session() {
        GitWatch watch(workspace_.repos, workspace_.identity, remote_, channel_, *options_.logger);
        RepositoryObserver observer(watch);
        const std::shared_ptr<Backend> backend = options_.backend(assignment_);
        watch.start();
        Session session(*backend, make_session_spec(assignment_, workspace_, *backend), assignment_.backend, inbox_,
                        channel_, observer, *options_.logger, options_.session, assignment_.redactor);
        const Session::Result result = session.run(assignment_.messages);
        watch.finish(true);
        return result;
    }

    const SupervisorOptions& options_;
    Inbox& inbox_;
    Channel& channel_;
    Assignment assignment_;
    git::RemoteOptions remote_;
    Workspace workspace_;
};

/// The first command. Nothing when the runner is to end before it came.
std::optional<Assignment> wait_for_assignment(Inbox& inbox) {
    for (;;) {
        const auto message = inbox.wait(SteadyClock::time_point::max());
        const auto* command = std::get_if<RunnerCommand>(&*message);
        if (!command || command->stop) return std::nullopt;
        if (command->assignment) return *command->assignment;
    }
}

/// Waits until murmurd has everything. Being told to go meanwhile shortens it.
bool say_farewell(Inbox& inbox, Channel& channel, const SupervisorOptions& options, bool hurry) {
    const auto soon = [&] { return SteadyClock::now() + options.farewell_shut_down; };
    auto deadline = hurry ? soon() : SteadyClock::now() + options.farewell;
    channel.notify_when_acknowledged();
    while (const auto message = inbox.wait(deadline)) {
        if (std::holds_alternative<AcknowledgedNotice>(*message)) return true;
        if (std::holds_alternative<FencedNotice>(*message)) return false;
        if (std::holds_alternative<ShutdownNotice>(*message)) deadline = std::min(deadline, soon());
    }
    return false;
}

}

int supervise(const SupervisorOptions& options) {
    Inbox inbox;
    if (options.take_signals) inbox.take_signals();
    become_subreaper();
    Channel channel(options.connector, options.hello, inbox, *options.logger, options.channel);
    channel.start();
    std::optional<Assignment> assignment = wait_for_assignment(inbox);
    if (const auto failure = channel.failure()) throw *failure;
    Session::Result result;
    if (assignment)
        result = Supervision(options, inbox, channel, std::move(*assignment)).run();
    else
        channel.report(reports::session_ended({}, ""));
    const bool hurry = !assignment || result.end == Session::End::fenced || result.end == Session::End::shut_down;
    if (!say_farewell(inbox, channel, options, hurry))
        options.logger->log(LogLevel::warning, "murmurd did not take the last reports");
    return result.outcome.error ? 1 : 0;
}

}
