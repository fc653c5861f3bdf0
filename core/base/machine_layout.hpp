#pragma once

namespace murmur {

// What a runner makes in the directory of its machine, and what others look for there.

/// A link to where the agent works.
inline constexpr const char* machine_work_link = "work";
/// The socket of the tmux server that an interactive session runs in, and the session's name there.
inline constexpr const char* machine_terminal_socket = "tmux.sock";
inline constexpr const char* machine_terminal_session = "agent";

}
