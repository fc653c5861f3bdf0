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
    bool force_new = false;
    std::string machine_id;
    std::string session_id;
    std::string message_id;
    std::string request_id = {};  ///< see AddFollowUp
};

struct AddFollowUp {
    std::string message_id, text;
    std::string request_id = {};  ///< the caller's; one that is known is done already
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
struct Interrupt {};
struct Stop {};
struct Kill {};
struct Sleep {};
struct Wake {};

struct MachineStarted {
    std::int64_t incarnation;
    MachineHandle handle;
};
/// It failed for good: to find the substrate (`what` is "find"), or to start, suspend or resume the machine.
struct MachineFailed {
    std::int64_t incarnation;
    std::string what;
    Error error;
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
                 command::SetDequeueStrategy, command::SetOnIdle, command::Interrupt, command::Stop, command::Kill,
                 command::Sleep, command::Wake, command::MachineStarted, command::MachineFailed,
                 command::MachineInspected, command::MachineSuspended, command::MachineResumed,
                 command::MachineDestroyed, command::RunnerAttached, command::AssignmentFailed, command::RunnerDetached,
                 command::RunnerReport, command::LeaseExpired, command::TimerFired>;

}
