#pragma once

#include <murmur/error.hpp>
#include <murmur/substrate.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agents/agent.hpp"

namespace murmur {

// What can be asked of an agent, or told of it. Everything random or from a clock is in the command, so that the
// decision is pure. `incarnation` fences: a command of an earlier life is refused with `aborted`.

namespace command {

struct Spawn {
    AgentId id;
    AgentSpec spec;
    std::vector<RepoWork> repos;
    OnIdle on_idle = OnIdle::sleep;
    DequeueStrategy dequeue_strategy = DequeueStrategy::all;
    bool force_new = false;  ///< although an ended agent has the slug
    bool resurrect = false;  ///< go on with the ended agent: its session, branch, checklist and queue; `spec` is the
                             ///< whole new one, made from the old one by the caller
    Budget budget = {};
    std::vector<Task> tasks = {};  ///< their ids are given by the decision
    std::string machine_id;
    std::string session_id;
    std::string message_id;
    std::string request_id = {};  ///< see AddFollowUp
};

struct AddFollowUp {
    std::string message_id, text;
    std::string request_id = {};  ///< the caller's; one that is known is done already
    std::string persona = {}, persona_prompt = {};
    std::vector<Task> tasks = {};  ///< for the checklist; their ids are given by the decision
    std::string source = {};       ///< see FollowUp; "notify" is also an event of its own
};
struct SendMessage {
    std::string message_id, text;
    std::string request_id = {};
};
struct ClearQueue {};
struct SetDequeueStrategy {
    DequeueStrategy strategy;
};
struct SetOnIdle {
    OnIdle on_idle;
};
struct SetConflictResolution {
    std::string repo;  ///< the clone URL, or its end: "acme/api"
    ConflictResolution resolution;
};
/// Absent: stays as it is. 0: no limit any more.
struct SetBudget {
    std::optional<double> max_cost_usd = {};
    std::optional<std::int64_t> max_turns = {}, max_time_ms = {}, max_children = {};
};
struct CreateTask {
    Task task;  ///< its id is given by the decision
    std::string request_id = {};
};
/// Absent: stays as it is.
struct UpdateTask {
    std::string id;
    std::optional<std::string> subject, description;
    std::optional<TaskStatus> status;
    std::vector<std::string> add_blocked_by, add_blocks;
};
/// What became of a pull request of this agent; an unknown one is added.
struct ReportPullRequest {
    std::string url, title;
    std::optional<PullRequestState> state;
    std::optional<ChecksState> checks;
};
struct Interrupt {};
struct Stop {};
/// `discard`: at once, and what is not saved is lost. Also removes the machine that an ended agent has left.
struct Kill {
    bool discard = false;
    std::string by = {};  ///< workflow id of the agent that asked for it; empty: a person
};

/// To the parent, in the transaction of the child's Spawn and before it.
struct AdoptChild {
    AgentId child;
    std::string request_id = {};  ///< of the Spawn
};
/// Told by the child, with every change of its phase or spending.
struct ChildChanged {
    Child child;
    std::string text;  ///< its last words, or why it failed
};
struct Sleep {};
struct Wake {};

struct MachineStarted {
    std::int64_t incarnation;
    MachineHandle handle;
};
/// It failed for good: to find the substrate (`what` is "find"), or to start, restart, suspend or resume the machine.
/// Or to remove it ("destroy"), several times: that is never given up, and told again with every further failure.
struct MachineFailed {
    std::int64_t incarnation;
    std::string what;
    Error error;
    std::string machine_id = {};  ///< with "destroy": see MachineDestroyed
};
struct MachineInspected {
    std::int64_t incarnation;
    MachineStatus status;
};
struct MachineSuspended {
    std::int64_t incarnation;
};
struct MachineResumed {
    std::int64_t incarnation;
};
struct MachineDestroyed {
    std::int64_t incarnation;
    std::string machine_id = {};  ///< when it is another one than the agent's present machine, that one stays
};

struct RunnerAttached {
    std::int64_t incarnation;
    std::string machine_id;
    Runner runner;
};
/// The runner asked for its assignment, and it cannot be made, now or later.
struct AssignmentFailed {
    std::int64_t incarnation;
    Error error;
};
struct RunnerDetached {
    std::int64_t incarnation;
    std::string runner_id;
};
/// One report, in the runner protocol's JSON form.
struct RunnerReport {
    std::int64_t incarnation;
    std::string runner_id;
    json::object report;
};
struct LeaseExpired {
    std::int64_t incarnation;
    std::chrono::milliseconds lease;
};
struct TimerFired {
    std::int64_t incarnation;
    std::string what;
    std::int64_t count;
};

}

using Command =
    std::variant<command::Spawn, command::AddFollowUp, command::SendMessage, command::ClearQueue,
                 command::SetDequeueStrategy, command::SetOnIdle, command::SetConflictResolution, command::SetBudget,
                 command::CreateTask, command::UpdateTask, command::ReportPullRequest, command::Interrupt,
                 command::Stop, command::Kill, command::Sleep, command::Wake, command::AdoptChild,
                 command::ChildChanged, command::MachineStarted, command::MachineFailed, command::MachineInspected,
                 command::MachineSuspended, command::MachineResumed, command::MachineDestroyed, command::RunnerAttached,
                 command::AssignmentFailed, command::RunnerDetached, command::RunnerReport, command::LeaseExpired,
                 command::TimerFired>;

}
