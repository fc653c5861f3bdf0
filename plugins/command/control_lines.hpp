#pragma once

#include <murmur/backend.hpp>
#include <optional>
#include <string_view>

namespace murmur::command_backend {

// What a program may tell by lines on its standard output that begin with "murmur:"; README.md is the reference.

/// "murmur:cost {json}".
bool is_cost_line(std::string_view line);
/// The COST event, or an ERROR that says what is wrong with the line.
SessionEvent read_cost_line(std::string_view line);

/// "murmur:done", alone or with {"success": false, "reason": "…"}: a streaming program has dealt with a message.
/// Empty for any other line. One that cannot be read is a success with the trouble as its reason.
std::optional<TurnResult> read_done_line(std::string_view line);

}
