#include "cli/commands/commands.hpp"
#include "cli/phase_text.hpp"

namespace murmur {

namespace {

int run_kill(CommandContext& context) {
    const auto target = context.service_target();
    json::object request{{"agent", target.ref}};
    if (context.args.has("discard")) request["discard"] = true;
    const std::string ended = answer_text(context.client().call("KillAgent", request), "ended");
    context.out.print(ended.empty() ? "killed " + target.label() + "\n"
                                    : target.label() + " had ended before (" + short_phase(ended) + ")\n");
    return 0;
}

}

const CommandSpec& kill_command() {
    static const CommandSpec command{
        .name = "kill",
        .arguments = "[slug]",
        .summary = "End an agent with all that it has spawned, and remove their machines",
        .details =
            "What is not pushed is saved in a snapshot first, so that murmur spawn --resurrect can go on with it.\n"
            "With --discard it is lost: for work that nobody wants, and for the machine that was kept of an ended\n"
            "agent because its work could not be saved.",
        .flags = {{.name = "discard", .help = "Save nothing"},
                  {.name = "service", .help = "An agent of a service profile: <profile>/<slug>, or its slug alone"}},
        .run = run_kill};
    return command;
}

}
