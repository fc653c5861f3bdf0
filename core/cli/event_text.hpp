#pragma once

#include <murmur/json.hpp>
#include <string>

#include "cli/out.hpp"

namespace murmur {

/// A line of `murmur watch` for an AgentEvent: "[2026-05-14T18:30:12Z] text", with a body on the lines below.
std::string agent_event_text(const json::object& event, const Out& out);

/// What `murmur session watch` shows of a WatchSessionResponse: "[14:32:03] ▍ text", in local time. What a sub-agent
/// did is indented. Empty for events that are not worth a line.
std::string session_event_text(const json::object& message, const Out& out);

}
