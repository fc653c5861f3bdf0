#include "cli/agent_stream.hpp"
#include "cli/commands/commands.hpp"
#include "cli/phase_text.hpp"

namespace murmur {

namespace {

int run_wait(CommandContext& context) {
    const std::string awaited = context.args.has("phase") ? parse_phase(context.args.get("phase")) : "PHASE_RUNNING";
    context.catch_interrupt();
    const auto target = context.target();
    const std::string phase =
        wait_for_phase(context, target.ref, find_position(context, target.ref),
                       [&](const std::string& now) { return now == awaited || is_terminal_phase(now); });
    return report_waited(context, target.ref, phase, awaited);
}

}

const CommandSpec& wait_command() {
    static const CommandSpec command{
        .name = "wait",
        .arguments = "[slug]",
        .summary = "Wait until an agent is in a phase, then show its status",
        .details =
            "Ends early when the agent has ended; with 1 if it failed or was killed and that was not waited for.",
        .flags = {{.name = "phase",
                   .kind = FlagSpec::Kind::text,
                   .value = "PHASE",
                   .help = "The phase; PHASE_RUNNING if not given"}},
        .run = run_wait};
    return command;
}

}
