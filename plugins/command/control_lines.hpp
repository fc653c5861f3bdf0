#pragma once

#include <murmur/backend.hpp>
#include <optional>
#include <string_view>

namespace murmur::command_backend {

// What a program may tell by lines that begin with "murmur:", on its standard output or in
// a terminal to $MURMUR_CONTROL; README.md is the reference.

/// "murmur:begin": a person has begun a turn in the terminal.
bool is_begin_line(std::string_view line);

/// "murmur:cost {json}".
bool is_cost_line(std::string_view line);
/// The COST event, or an ERROR that says what is wrong with the line.
SessionEvent read_cost_line(std::string_view line);

/// "murmur:done", alone or with {"success": false, "reason": "…"}: a streaming program has dealt with a message.
/// Empty for any other line. One that cannot be read is a success with the trouble as its reason.
std::optional<TurnResult> read_done_line(std::string_view line);

}
