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
/// `restarting`: its runner was lost and is being started again on it. `kept`: the agent's life is over, but its work
/// could not be saved, so the machine stays until someone discards it.
BOOST_DEFINE_ENUM_CLASS(MachinePhase, requested, running, suspending, suspended, resuming, restarting, destroying, gone,
                        kept)
/// How an agent's branch follows its base when that moves.
BOOST_DEFINE_ENUM_CLASS(ConflictResolution, merge, rebase, none)

bool is_terminal(Phase phase);
std::string phase_enum_name(Phase phase);   ///< "PHASE_TASK_COMPLETE"
std::string phase_short_name(Phase phase);  ///< "task-complete"
std::string on_idle_name(OnIdle on_idle);   ///< "keep-alive"
/// Throws invalid_argument naming the value and the nearest known one; "_" is as good as "-", empty is the default.
OnIdle parse_on_idle(const std::string& text);
DequeueStrategy parse_dequeue_strategy(const std::string& text);
ConflictResolution parse_conflict_resolution(const std::string& text);  ///< empty: merge

/// A repository that the agent works on. Empty branches are filled in by the runner's report.
struct RepoWork {
    std::string clone_url;
    std::string base_branch;
    std::string branch;
    std::string head;
    ConflictResolution conflict_resolution = ConflictResolution::merge;
};
BOOST_DESCRIBE_STRUCT(RepoWork, (), (clone_url, base_branch, branch, head, conflict_resolution))

/// What an agent, with all that it spawned, may use up. 0: no limit.
struct Budget {
    double max_cost_usd = 0;  ///< of models and machines
    std::int64_t max_turns = 0;
    std::int64_t max_time_ms = 0;   ///< of turns, one after the other
    std::int64_t max_children = 0;  ///< ever spawned, at any depth
    bool operator==(const Budget&) const = default;
};
BOOST_DESCRIBE_STRUCT(Budget, (), (max_cost_usd, max_turns, max_time_ms, max_children))

/// What was used up.
struct Spending {
    double cost_usd = 0;
    std::int64_t turns = 0;
    std::int64_t time_ms = 0;
    std::int64_t children = 0;
    bool operator==(const Spending&) const = default;
};
BOOST_DESCRIBE_STRUCT(Spending, (), (cost_usd, turns, time_ms, children))

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
    std::string append_system_prompt;  ///< the persona's prompt, then what was given at spawn
    std::vector<std::string> tools;    ///< the only ones; empty: all
    std::vector<std::string> disallowed_tools;
    std::int64_t max_turns = 0;  ///< the model's own turns within one of ours; 0: no limit
    bool pilot = false;          ///< an assessor judges before it becomes idle
    std::string service_profile;
    std::string session_mode = "autonomous";
    std::string substrate;
    json::object shape;  ///< for the substrate: what workspace, placement and environment said at spawn
    std::string git_name;
    std::string git_email;
    std::string
        sealed_environment;    ///< variables given at spawn, encrypted under the state directory's key; hexadecimal
    double machine_price = 0;  ///< US dollars an hour
    std::int64_t sleep_after_ms = 0;  ///< of idleness; 0: the operator's setting
    std::string restore;              ///< id of the snapshot that this life begins from; empty: from nothing
    bool is_fork = false;             ///< of another agent's snapshot: with a session and branch of its own
};
BOOST_DESCRIBE_STRUCT(AgentSpec, (),
                      (prompt, purpose, persona, model, backend, backend_settings, reasoning_effort, expected_output,
                       append_system_prompt, tools, disallowed_tools, max_turns, pilot, service_profile, session_mode,
                       substrate, shape, git_name, git_email, sealed_environment, machine_price, sleep_after_ms,
                       restore, is_fork))

/// A message for the session.
struct FollowUp {
    std::string id;
    std::string text;
    TimePoint at;
    std::string source =
        {};  ///< who wrote it: empty: a person; "notify", "child_lifecycle", "checklist", "assessor", "host"
    std::string persona = {};  ///< it is to be worked on as this one
    std::string persona_prompt = {};
};
BOOST_DESCRIBE_STRUCT(FollowUp, (), (id, text, at, source, persona, persona_prompt))

BOOST_DEFINE_ENUM_CLASS(TaskStatus, pending, in_progress, completed, deleted)

/// An item of the checklist.
struct Task {
    std::string id;  ///< "1", "2", … within the agent
    std::string subject;
    std::string description;
    TaskStatus status = TaskStatus::pending;
    std::vector<std::string> blocked_by;  ///< ids; without cycles
    std::string activate_when;            ///< empty: from the start; or "files_modified"
    std::string pattern;                  ///< of files, for that
    bool is_dormant = false;              ///< its condition has not been met yet
    bool operator==(const Task&) const = default;
};
BOOST_DESCRIBE_STRUCT(Task, (), (id, subject, description, status, blocked_by, activate_when, pattern, is_dormant))

struct Checklist {
    std::vector<Task> tasks;
    std::int64_t made = 0;       ///< for their ids
    std::int64_t reminders = 0;  ///< in a row that brought nothing
};
BOOST_DESCRIBE_STRUCT(Checklist, (), (tasks, made, reminders))

/// The assessor's part, with AgentSpec::pilot.
struct Pilot {
    std::int64_t rounds = 0;  ///< of the task at hand
    bool asked = false;       ///< and has not answered
};
BOOST_DESCRIBE_STRUCT(Pilot, (), (rounds, asked))

BOOST_DEFINE_ENUM_CLASS(PullRequestState, open, merged, closed)
BOOST_DEFINE_ENUM_CLASS(ChecksState, none, pending, success, failure)

struct PullRequest {
    std::string url;
    std::string title;
    PullRequestState state = PullRequestState::open;
    ChecksState checks = ChecksState::none;
};
BOOST_DESCRIBE_STRUCT(PullRequest, (), (url, title, state, checks))

/// What an agent knows of one that it has spawned.
struct Child {
    std::string slug;  ///< the last part of its path
    std::string workflow_id;
    Phase phase = Phase::starting;
    std::int64_t generation = 0;  ///< of the child when it told this
    Spending spent;               ///< with all that it spawned
    TimePoint born{};             ///< that spending counts from; another one is another life
    TimePoint adopted{};          ///< by this parent; what is born before had spent something before
    TimePoint last_born{};        ///< of its life before, of which news may come late
    Spending last_spent;
    bool dismissed = false;  ///< it is killed by its parent, which need not be told of that
    bool has_below = false;  ///< some that it has found below it may live; spent tells of those that it spawned
};
BOOST_DESCRIBE_STRUCT(Child, (),
                      (slug, workflow_id, phase, generation, spent, born, adopted, last_born, last_spent, dismissed,
                       has_below))

struct Family {
    std::vector<Child> children;
    Spending spent;  ///< by all below, machines included
};
BOOST_DESCRIBE_STRUCT(Family, (), (children, spent))

/// How an agent fares with machines and runners that are lost, and with saving its work.
struct Recovery {
    std::int64_t losses = 0;          ///< of runners, since a turn ended well
    std::int64_t rescues = 0;         ///< tried in this end of its life
    bool is_rescue = false;           ///< this incarnation only saves what the last one left, and ends
    bool turn_cut = false;            ///< the last runner was lost within a turn
    bool save_failed = false;         ///< the runner cannot save the work now, and tries again
    bool push_failed = false;         ///< the last push of its work did
    bool discard = false;             ///< it ends without a snapshot: someone said so
    bool saved = false;               ///< the session has ended, and left nothing that is not saved
    bool is_fresh_machine = false;    ///< the session has not begun on it yet; the last machine is gone
    std::int64_t deadlines = 0;       ///< set for the end of the session: the last one counts
    std::vector<FollowUp> turn_work;  ///< what the turn that runs, or was cut off, began with
};
BOOST_DESCRIBE_STRUCT(Recovery, (),
                      (losses, rescues, is_rescue, turn_cut, save_failed, push_failed, discard, saved, is_fresh_machine,
                       deadlines, turn_work))

/// The newest snapshot.
struct SnapshotNote {
    std::string id;
    TimePoint at{};
    std::int64_t turn = 0;
};
BOOST_DESCRIBE_STRUCT(SnapshotNote, (), (id, at, turn))

/// A machine that could not be removed yet.
struct Removal {
    std::string machine_id;  ///< empty: there is none
    std::string error;       ///< of the last try whose error was another one
    std::string hint;
    std::int64_t told = 0;  ///< how many errors of it the agent has heard of
};
BOOST_DESCRIBE_STRUCT(Removal, (), (machine_id, error, hint, told))

struct Machine {
    std::string id;
    std::string substrate;
    MachinePhase phase = MachinePhase::requested;
    bool exists = false;  ///< start() has returned this handle
    json::object handle;
    std::string detail;
    bool had_runner = false;             ///< so there may be work on it
    TimePoint awake_since{};             ///< while it runs; else the epoch
    std::int64_t awake_ms = 0;           ///< before that, over all machines of this agent: what is paid for
    std::string first_id;                ///< of the life's first machine: the names of later ones are made from it
    std::int64_t first_incarnation = 0;  ///< the one that it was started for
    Removal removal;                     ///< of this one, or of one that it has replaced
};
BOOST_DESCRIBE_STRUCT(Machine, (),
                      (id, substrate, phase, exists, handle, detail, had_runner, awake_since, awake_ms, first_id,
                       first_incarnation, removal))

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
    Recovery recovery;

    std::int64_t reports_seen = 0;   ///< the last report of this incarnation that is applied
    std::int64_t commands_sent = 0;  ///< the last command of this incarnation that is in the outbox
    std::int64_t effects_made = 0;   ///< for idempotency keys
    EventPosition last_event;
    EventPosition last_session_event;

    OnIdle on_idle = OnIdle::sleep;
    DequeueStrategy dequeue_strategy = DequeueStrategy::all;
    std::vector<FollowUp> queue;
    std::vector<FollowUp> sent;            ///< to the runner, and no turn has taken them in yet
    std::vector<std::string> request_ids;  ///< of callers, the newest last: what comes again is done already
    bool turn_running = false;
    std::int64_t turns = 0;
    TimePoint turn_began{};
    std::int64_t idle_count = 0;  ///< how often it became idle: an idle timer belongs to one of them

    Checklist checklist;
    Pilot pilot;
    Family family;
    Budget budget;
    Spending spent;          ///< by itself; its cost is of models alone
    std::string budget_hit;  ///< which limit ended it: "max-cost", …
    std::optional<SnapshotNote> snapshot;

    std::string session_id;
    json::object checkpoint;
    std::string progress_label;  ///< text, tool, pr, commit, push
    std::string progress;
    TimePoint progress_at{};
    std::string working_on;
    std::string response;
    std::vector<PullRequest> pull_requests;
    std::int64_t commit_count = 0;
    std::vector<CommitNote> commits;  ///< the newest 20, newest first
    bool cost_estimated = false;
    std::optional<ExitNote> last_exit;

    TimePoint created_at{};
    TimePoint updated_at{};
    TimePoint ended_at{};
};
BOOST_DESCRIBE_STRUCT(Agent, (),
                      (row, id, spec, repos, phase, reason, hint, generation, incarnation, machine, runner, ending,
                       stopping, wake_wanted, recovery, reports_seen, commands_sent, effects_made, last_event,
                       last_session_event, on_idle, dequeue_strategy, queue, sent, request_ids, turn_running, turns,
                       turn_began, idle_count, checklist, pilot, family, budget, spent, budget_hit, snapshot,
                       session_id, checkpoint, progress_label, progress, progress_at, working_on, response,
                       pull_requests, commit_count, commits, cost_estimated, last_exit, created_at, updated_at,
                       ended_at))

/// What the agent itself has cost up to `now`: models and machines.
double own_cost(const Agent& agent, TimePoint now);
/// What it has used up up to `now`, with all that it spawned.
Spending total_spending(const Agent& agent, TimePoint now);

/// "m-1f… (local) [running]", or empty when it has none.
std::string machine_line(const Agent& agent);
/// "[tool] Read(/src/a.go)", or empty.
std::string progress_line(const Agent& agent);
std::string progress_text(const std::string& label, const std::string& detail);

/// The stored document, and back. Throws data_loss.
std::string encode_agent(const Agent& agent);
Agent decode_agent(std::string_view document);

}
