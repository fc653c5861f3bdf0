#pragma once

#include "agents/decision.hpp"
#include "store/store.hpp"

namespace murmur {

// Messages of share/proto/murmur/api/v1 as proto3 JSON: lowerCamelCase, 64-bit numbers as strings, empty fields absent.

json::object agent_id_json(const AgentId& id);
/// As it is at `now`: what its machine costs rises by itself.
json::object agent_json(const Agent& agent, TimePoint now);
json::object spending_json(const Spending& spent);
json::object agent_summary_json(const AgentRow& row);
json::object agent_event_json(const AgentEvent& event);
json::object session_event_json(const SessionLine& line);

}
