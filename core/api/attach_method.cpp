#include "api/attach_method.hpp"

#include <base/machine_layout.hpp>
#include <murmur/error.hpp>

namespace murmur {

namespace {

constexpr std::chrono::seconds attach_call_max{30};

/// Refuses an agent that nobody can get onto now, with the way to change that.
void require_reachable(const Agent& agent) {
    const std::string who = "agent \"" + agent.id.slug() + "\"";
    const auto refuse = [&](const std::string& why, const std::string& hint) {
        throw Error(Errc::failed_precondition, who + " " + why).with_hint(hint);
    };
    const std::string slug = agent.id.slug();
    if (is_terminal(agent.phase))
        refuse("has ended", "What is saved of it: murmur snapshot ls " + slug +
                                ". It goes on with: murmur spawn --resurrect " + slug);
    if (agent.phase == Phase::destroying) refuse("is ending", "Watch it with: murmur watch " + slug);
    if (agent.phase == Phase::sleeping) refuse("is asleep", "Wake it first: murmur wake " + slug);
    if (agent.phase == Phase::starting || !agent.machine || !agent.machine->exists)
        refuse("is still starting", "Wait for it: murmur wait --phase running " + slug);
}

/// What is to run on the machine, in the directory that the runner was started in.
std::vector<std::string> wanted_command(const Agent& agent, const FieldReader& request) {
    std::vector<std::string> command = request.get_strings("command");
    if (!request.get_bool("terminal", false)) {
        // The first argument of `sh -c` is its name.
        std::vector<std::string> argv{"sh", "-c",
                                      std::string("cd ") + machine_work_link +
                                          " && if [ $# -gt 0 ]; then exec \"$@\"; else exec \"${SHELL:-/bin/sh}\"; fi",
                                      "murmur-ssh"};
        argv.insert(argv.end(), command.begin(), command.end());
        return argv;
    }
    if (agent.spec.session_mode != "interactive")
        throw Error(Errc::failed_precondition,
                    "agent \"" + agent.id.slug() + "\" has no terminal to attach to: it is " +
                        (agent.spec.session_mode.empty() ? "autonomous" : agent.spec.session_mode))
            .with_hint("Agents spawned with -i have one. A shell where it works: murmur ssh " + agent.id.slug());
    if (!command.empty()) throw Error(Errc::invalid_argument, "a command cannot be given together with terminal");
    // The client is the person's own and no part of the machine, with which it would be stopped.
    return {"env",
            "-u",
            "TMUX",
            "-u",
            "MURMUR_MACHINE",
            "-u",
            "MURMUR_MACHINE_DIRECTORY",
            "tmux",
            "-u",
            "-S",
            std::string("./") + machine_terminal_socket,
            "-f",
            "/dev/null",
            "attach-session",
            "-t",
            std::string("=") + machine_terminal_session};
}

}

json::object attach_agent(ApiContext& context, const Agent& agent, const FieldReader& request) {
    const std::vector<std::string> command = wanted_command(agent, request);
    require_reachable(agent);
    const std::shared_ptr<Substrate> substrate = context.engine.options().substrate(agent.machine->substrate);
    if (!substrate->capabilities().attach)
        throw Error(Errc::unimplemented,
                    "substrate \"" + agent.machine->substrate + "\" cannot connect a terminal with its machines")
            .with_hint("Talk to the agent with: murmur session send " + agent.id.slug() + " \"…\"");
    Call call;
    call.deadline = Call::Clock::now() + attach_call_max;
    const AttachCommand attach = substrate->attach_command({agent.machine->id, agent.machine->handle}, command, call);
    json::array argv;
    for (const std::string& word : attach.argv) argv.push_back(json::string(word));
    return {{"argv", std::move(argv)}, {"onHost", attach.on_host}};
}

}
