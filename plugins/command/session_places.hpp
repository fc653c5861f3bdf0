#pragma once

#include <murmur/backend.hpp>
#include <string>
#include <vector>

#include "command_settings.hpp"

namespace murmur::command_backend {

/// The session whose conversation `spec` goes on with, when that is another's: it is a fork that has not ended a turn
/// of its own. Empty otherwise.
std::string forked_session(const SessionSpec& spec);

/// Where the program keeps the session, as Backend::session_files(): the plan's patterns with {session_id} and {place}
/// (the working directory, everything but letters and digits made "-") filled in.
std::vector<std::string> session_places(const CommandPlan& plan, const SessionSpec& spec);

/// As Backend::restored_path(): {place} becomes this working directory's, and the session id that of a fork, unless the
/// preset has a command for forks: then that finds the other's conversation under its own name.
std::string restored_place(const CommandPlan& plan, const SessionSpec& spec, const std::string& path);

}
