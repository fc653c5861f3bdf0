#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <murmur/clock.hpp>
#include <murmur/json.hpp>
#include <string>
#include <vector>

#include "agents/agent.hpp"

namespace murmur {

/// Something that happened to an agent: a line of `murmur watch`.
struct AgentEvent {
    EventPosition position;
    TimePoint at{};
    std::string type;
    std::string text;
    json::object data;
    Phase phase = Phase::starting;  ///< after it
};

/// Something that happened in its session: a line of `murmur session watch`.
struct SessionLine {
    EventPosition position;
    TimePoint at{};
    std::string kind;  ///< as in the API: ASSISTANT_TEXT, …
    std::string text;
    json::object data;
    double cost_usd = 0;
    std::string parent;
};

/// restart_machine: start the runner again, with this incarnation's token, on a machine whose runner is lost; answered
/// by MachineStarted, or by MachineFailed "restart" when the machine is gone or the substrate cannot.
/// destroy_machine: its body has {id, substrate, handle} of the machine meant; empty: the agent's.
/// tell_agent: hands a command to another agent: {to: workflow id, what: "child_changed" | "kill", …}; done in one
/// transaction with what that agent decides, so exactly once. One that is not there, or refuses, is told no more.
BOOST_DEFINE_ENUM_CLASS(EffectKind, start_machine, restart_machine, inspect_machine, suspend_machine, resume_machine,
                        destroy_machine, send_command, timer, tell_agent)

/// Work that follows from a decision. Stored with it, done after it is durable, repeated until its result is stored.
struct Effect {
    std::int64_t row = 0;  ///< of the store; 0 until inserted
    std::int64_t agent_row = 0;
    std::string key;  ///< unique for ever: repeating it must not do it twice
    EffectKind kind = EffectKind::timer;
    std::int64_t incarnation = 0;
    std::int64_t sequence = 0;  ///< of a command to the runner
    json::object body;
    TimePoint not_before{};
    std::int64_t attempts = 0;
};

/// What a runner has saved of an agent. Its blobs are in the blob store already.
struct SnapshotRecord {
    std::string id;  ///< of its manifest: SHA-256, hexadecimal
    std::int64_t incarnation = 0;
    std::int64_t turn = 0;
    TimePoint at{};
    std::int64_t bytes = 0;  ///< of its blobs
    json::object manifest;   ///< see sessions/snapshot.hpp
};

/// What decide() answers: the agent as it is from now on, what to record, and what to do.
struct Decision {
    Agent next;
    /// False when only what the store keeps in columns of its own has changed: progress, cost, and how far the session
    /// has been told. That is so for nearly every report, and saves writing the whole agent each time.
    bool document_changed = false;
    std::vector<AgentEvent> events;
    std::vector<SessionLine> session_lines;
    std::vector<Effect> effects;
    std::vector<SnapshotRecord> snapshots;
};

}
