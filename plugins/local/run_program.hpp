#pragma once

#include "child_program.hpp"
#include "murmur/call.hpp"
#include "murmur/substrate.hpp"

namespace murmur::local {

/// Runs a program to its end in a session of its own and returns what it wrote. `program` names its file, argv,
/// environment and directory; the streams are set here, with standard input empty.
///
/// When the call is over before the program, the program and its descendants are killed and Call::check's error is
/// thrown. Throws `resource_exhausted` when it writes more than captured_bytes_max to one stream.
ExecResult run_program(ChildProgram program, const Call& call);

/// The most that is kept of each stream: it is held in memory and sent in one message.
inline constexpr std::size_t captured_bytes_max = 16 * 1024 * 1024;

}
