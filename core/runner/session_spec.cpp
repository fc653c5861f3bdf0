#include "runner/session_spec.hpp"

#include <murmur/error.hpp>

#include "runner/child_environment.hpp"

namespace murmur::runner {

namespace {

SessionMode parse_session_mode(const std::string& text) {
    if (text.empty() || text == "autonomous") return SessionMode::autonomous;
    if (text == "streaming") return SessionMode::streaming;
    if (text == "interactive") return SessionMode::interactive;
    throw Error(Errc::invalid_argument, "there is no session mode \"" + text + "\"")
        .with_hint("There are: autonomous, streaming, interactive.");
}

}

SessionSpec make_session_spec(const Assignment& assignment, const std::string& session_id, const Workspace& workspace,
                              const SessionMemory& memory, Backend& backend) {
    SessionSpec spec;
    spec.session_id = session_id;
    spec.agent = assignment.account + "/" + assignment.slug;
    spec.working_directory = workspace.directory;
    spec.home_directory = workspace.home;
    spec.model = assignment.model;
    spec.reasoning_effort = assignment.reasoning_effort;
    spec.append_system_prompt = assignment.append_system_prompt;
    spec.mode = parse_session_mode(assignment.session_mode);
    spec.max_turns = static_cast<int>(assignment.max_turns);
    spec.tools = assignment.tools;
    spec.disallowed_tools = assignment.disallowed_tools;
    spec.environment = child_environment(assignment, workspace);
    spec.settings = assignment.backend_settings;
    // What was kept here is newer than what murmurd was told, and is of the same session id.
    const bool kept = !memory.checkpoint().empty();
    spec.checkpoint = kept ? memory.checkpoint() : assignment.checkpoint;
    spec.fork_checkpoint = !kept && assignment.fork;
    spec.installed_programs = installed_programs(backend.capabilities().programs, spec.environment["PATH"]);
    if (spec.mode == SessionMode::interactive && !backend.session_capabilities(spec).interactive) {
        backend.open(spec, Call{});  // it may know better why not
        throw Error(Errc::invalid_argument, "the backend \"" + assignment.backend + "\" has no interactive mode")
            .with_hint("Spawn the agent without -i; --stream keeps one process for the session where there is one.");
    }
    return spec;
}

}
