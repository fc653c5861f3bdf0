#pragma once

#include <murmur/clock.hpp>
#include <murmur/json.hpp>
#include <string>

#include "cli/out.hpp"

namespace murmur {

/// What `murmur status --children` prints below the agent: all agents under it (their `slug` is the path from the root
/// agent), as a tree with phase, cost and what each is doing; nothing for none. A parent that is not in the list does
/// not keep its children out of it.
std::string agent_tree(const std::string& root_slug, const json::array& agents, const Out& out, TimePoint now);

}
