#pragma once

#include <murmur/backend.hpp>

#include "runner/frames.hpp"
#include "runner/session_memory.hpp"
#include "runner/workspace.hpp"

namespace murmur::runner {

/// What the assignment asks of the backend, on this machine.
///
/// Throws invalid_argument for a session mode that is not known, or that the backend does not have.
SessionSpec make_session_spec(const Assignment& assignment, const std::string& session_id, const Workspace& workspace,
                              const SessionMemory& memory, Backend& backend);

}
