#pragma once

#include <functional>
#include <string>

#include "cli/command_context.hpp"
#include "client/resuming_stream.hpp"

namespace murmur {

/// Streams of agents, as the watching commands use them: they resume after an interruption, say so on standard error,
/// and name the last event's id when they have to give up.
struct AgentStream {
    std::string method;  ///< WatchAgent or WatchSession
    json::object ref;    ///< AgentRef
    std::string from;    ///< id of the last event that is known; empty: from the start
    bool follow = true;
};

/// Gives every message to `on_message` until it returns false or the stream ends. Returns the id of the last message.
/// Call context.catch_interrupt() first: an interruption by the user is a `cancelled` Error.
std::string run_agent_stream(CommandContext& context, ApiClient& client, const AgentStream& stream,
                             const std::function<bool(const json::object&)>& on_message);

/// Where an agent stands: its phase after the last event there is.
struct AgentPosition {
    std::string last_event;
    std::string phase;
};
AgentPosition find_position(CommandContext& context, const json::object& ref);

/// Waits, from that position on, for an event after which `is_wanted(phase)`; gives that phase. When the stream ends
/// before, the last phase.
std::string wait_for_phase(CommandContext& context, const json::object& ref, AgentPosition position,
                           const std::function<bool(const std::string&)>& is_wanted);

/// Prints the status of the agent and gives the exit code of having waited for it: 1 when it failed or was killed,
/// unless that was what was waited for.
int report_waited(CommandContext& context, const json::object& ref, const std::string& phase,
                  const std::string& awaited);

}
