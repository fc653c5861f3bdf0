#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "child_program.hpp"
#include "murmur/call.hpp"
#include "process_info.hpp"

namespace murmur::local {

/// The subdirectory of a machine that it sees as /tmp.
inline constexpr const char* sandbox_tmp = "tmp";

/// What a machine under bubblewrap may reach beyond a read-only view of the system.
struct Sandbox {
    std::filesystem::path machine;       ///< its directory: writable
    std::filesystem::path hidden_state;  ///< murmur's state, with all other machines: not to be seen
    std::vector<std::string> writable;   ///< other paths that may be changed; those that do not exist are left out
};

/// Wraps a program, whose argv[0] is a path, into bwrap. README.md says what it can then reach.
/// Throws `not_found` when bwrap or the program is missing.
ChildProgram wrap_in_sandbox(ChildProgram program, const Sandbox& sandbox);

/// Makes sure once per process that bwrap works here. Throws `failed_precondition` with what bwrap said, `not_found`
/// with the remedy when it is not installed.
void require_sandbox(const ChildProgram& program, const Call& call);

/// The program inside a bwrap: the first process that the bwrap's inner half started. Empty when it is not up yet.
ProcessIdentity find_sandboxed_program(const ProcessIdentity& bwrap);

}
