#pragma once

#include <murmur/clock.hpp>
#include <murmur/json.hpp>
#include <string>

#include "cli/out.hpp"

namespace murmur {

/// "$0.05"; empty for nothing.
std::string cost_text(double cost_usd);
/// "[tool] Read(/src/a.go) (4s ago)"; empty when there is no progress.
std::string progress_text(const json::object& agent, TimePoint now);

/// What `murmur ls` prints: the table, cut to the terminal; nothing for no agents.
std::string agent_table(const json::array& summaries, const Out& out, TimePoint now);
/// A row of `murmur ls --json`.
json::object agent_row(const json::object& summary);

/// What `murmur status` prints: a line per field that is set.
std::string agent_status(const json::object& agent, const Out& out, TimePoint now);

}
