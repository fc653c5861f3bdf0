#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <murmur/clock.hpp>
#include <murmur/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agents/agent_id.hpp"

namespace murmur {

/// Where an agent is in its life. The last three are terminal: nothing leaves them but a new incarnation.
BOOST_DEFINE_ENUM_CLASS(Phase, starting, running, task_complete, idle, checks_pending, sleeping, destroying, completed,
                        failed, killed)
BOOST_DEFINE_ENUM_CLASS(OnIdle, sleep, terminate, terminate_when_prs_resolved, keep_alive)
BOOST_DEFINE_ENUM_CLASS(DequeueStrategy, all, one, five)
/// What the host has asked of the machine and what it knows of it.
BOOST_DEFINE_ENUM_CLASS(MachinePhase, requested, running, suspending, suspended, resuming, destroying, gone)

bool is_terminal(Phase phase);
std::string phase_enum_name(Phase phase);   ///< "PHASE_TASK_COMPLETE"
std::string phase_short_name(Phase phase);  ///< "task-complete"
std::string on_idle_name(OnIdle on_idle);   ///< "keep-alive"
/// Throws invalid_argument naming the value and the nearest known one; "_" is as good as "-", empty is the default.
OnIdle parse_on_idle(const std::string& text);
DequeueStrategy parse_dequeue_strategy(const std::string& text);

/// A repository that the agent works on. Empty branches are filled in by the runner's report.
struct RepoWork {
    std::string clone_url;
    std::string base_branch;
    std::string branch;
    std::string head;
};
BOOST_DESCRIBE_STRUCT(RepoWork, (), (clone_url, base_branch, branch, head))

/// What was asked for at spawn; never changes within an incarnation.
struct AgentSpec {
    std::string prompt;
    std::string purpose;
    std::string persona;
    std::string model;
    std::string backend;
    json::object backend_settings;
    std::string reasoning_effort;
    std::string expected_output;
    std::string append_system_prompt;
    std::string session_mode = "autonomous";
    std::string substrate;
    json::object shape;  ///< for the substrate: what workspace, placement and environment said at spawn
    std::string git_name;
    std::string git_email;
    std::string
        sealed_environment;  ///< variables given at spawn, encrypted under the state directory's key; hexadecimal
    std::vector<std::string> tasks;
};
BOOST_DESCRIBE_STRUCT(AgentSpec, (),
                      (prompt, purpose, persona, model, backend, backend_settings, reasoning_effort, expected_output,
                       append_system_prompt, session_mode, substrate, shape, git_name, git_email, sealed_environment,
                       tasks))

/// A message that waits for the session.
struct FollowUp {
    std::string id;
    std::string text;
    TimePoint at;
};
BOOST_DESCRIBE_STRUCT(FollowUp, (), (id, text, at))

struct Machine {
    std::string id;
    std::string substrate;
    MachinePhase phase = MachinePhase::requested;
    bool exists = false;  ///< start() has returned this handle
    json::object handle;
    std::string detail;
};
BOOST_DESCRIBE_STRUCT(Machine, (), (id, substrate, phase, exists, handle, detail))

/// The supervisor on the machine. `id` is made by the process itself: the one-time token belongs to the first that
/// comes.
struct Runner {
    std::string id;
    std::int64_t pid = 0;
    std::string version;
};
BOOST_DESCRIBE_STRUCT(Runner, (), (id, pid, version))

struct CommitNote {
    std::string repo;
    std::string sha;
    std::string subject;
    bool pushed = false;
};
BOOST_DESCRIBE_STRUCT(CommitNote, (), (repo, sha, subject, pushed))

/// How the backend's process ended last, and the end of what it wrote to stderr.
struct ExitNote {
    int code = 0;
    int signal = 0;
    std::string stderr_tail;
};
BOOST_DESCRIBE_STRUCT(ExitNote, (), (code, signal, stderr_tail))

/// What the agent is to become once its machine is gone.
struct Ending {
    Phase phase = Phase::completed;
    std::string reason;
    std::string hint;
};
BOOST_DESCRIBE_STRUCT(Ending, (), (phase, reason, hint))

/// The place of an event in an agent's log: <ms>-<n>, rising.
struct EventPosition {
    std::int64_t ms = 0;
    std::int64_t n = 0;
    auto operator<=>(const EventPosition&) const = default;
    std::string text() const { return std::to_string(ms) + "-" + std::to_string(n); }
};
BOOST_DESCRIBE_STRUCT(EventPosition, (), (ms, n))
/// Reads "<ms>-<n>", "<ms>" or "0"; empty is the start. Throws invalid_argument.
EventPosition parse_event_position(const std::string& text);

BOOST_DESCRIBE_STRUCT(Tenant, (), (provider, org))
BOOST_DESCRIBE_STRUCT(AgentId, (), (tenant, owner_provider, account, workspace, path))

/// An agent: everything that is known of it, as it is stored. Only decide() makes a new one from an old one.
struct Agent {
    std::int64_t row = 0;  ///< of the store; 0 until inserted
    AgentId id;
    AgentSpec spec;
    std::vector<RepoWork> repos;

    Phase phase = Phase::starting;
    std::string reason;  ///< why it failed or ended, or what it waits for
    std::string hint;
    std::int64_t generation = 0;   ///< rises with every change
    std::int64_t incarnation = 0;  ///< rises with every new life: the fencing token
    std::optional<Machine> machine;
    std::optional<Runner> runner;
    std::optional<Ending> ending;
    bool stopping = false;     ///< the session was told to end in good order
    bool wake_wanted = false;  ///< asked to wake while it was falling asleep

    std::int64_t reports_seen = 0;   ///< the last report of this incarnation that is applied
    std::int64_t commands_sent = 0;  ///< the last command of this incarnation that is in the outbox
    std::int64_t effects_made = 0;   ///< for idempotency keys
    EventPosition last_event;
    EventPosition last_session_event;

    OnIdle on_idle = OnIdle::sleep;
    DequeueStrategy dequeue_strategy = DequeueStrategy::all;
    std::vector<FollowUp> queue;
    std::vector<std::string> in_flight;    ///< ids of messages sent to the runner that no turn has taken in yet
    std::vector<std::string> request_ids;  ///< of callers, the newest last: what comes again is done already
    bool turn_running = false;
    std::int64_t turns = 0;
    std::int64_t idle_count = 0;  ///< how often it became idle: an idle timer belongs to one of them

    std::string session_id;
    json::object checkpoint;
    std::string progress_label;  ///< text, tool, pr, commit, push
    std::string progress;
    TimePoint progress_at{};
    std::string working_on;
    std::string response;
    std::vector<std::string> prs;
    std::int64_t commit_count = 0;
    std::vector<CommitNote> commits;  ///< the newest 20, newest first
    double cost_usd = 0;
    bool cost_estimated = false;
    std::optional<ExitNote> last_exit;

    TimePoint created_at{};
    TimePoint updated_at{};
    TimePoint ended_at{};
};
BOOST_DESCRIBE_STRUCT(Agent, (),
                      (row, id, spec, repos, phase, reason, hint, generation, incarnation, machine, runner, ending,
                       stopping, wake_wanted, reports_seen, commands_sent, effects_made, last_event, last_session_event,
                       on_idle, dequeue_strategy, queue, in_flight, request_ids, turn_running, turns, idle_count,
                       session_id, checkpoint, progress_label, progress, progress_at, working_on, response, prs,
                       commit_count, commits, cost_usd, cost_estimated, last_exit, created_at, updated_at, ended_at))

/// "m-1f… (local) [running]", or empty when it has none.
std::string machine_line(const Agent& agent);
/// "[tool] Read(/src/a.go)", or empty.
std::string progress_line(const Agent& agent);
std::string progress_text(const std::string& label, const std::string& detail);

/// The stored document, and back. Throws data_loss.
std::string encode_agent(const Agent& agent);
Agent decode_agent(std::string_view document);

}
