#pragma once

#include <murmur/json.hpp>

#include "agents/agent.hpp"

namespace murmur {

/// The message Budget in field `name` of a request; all 0 when it is absent. Throws invalid_argument for a limit below
/// 0, naming its path.
Budget read_budget(const FieldReader& request, std::string_view name);
json::object budget_json(const Budget& budget);

/// `limits` of a catalog body: {max_cost, max_turns, max_time, max_children}; all 0 when it is absent.
Budget limits_of(const json::object& body);

/// Each limit of `weaker` where `stronger` says nothing.
Budget overlaid(const Budget& stronger, const Budget& weaker);
/// `wanted`, and nothing above `most`: where `most` has a limit, there is one.
Budget capped(const Budget& wanted, const Budget& most);
/// Throws invalid_argument naming the first limit of `wanted` that is above what the tenant allows.
void check_within(const Budget& wanted, const Budget& most);

}
