#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_kill(CommandContext& context) {
    const auto target = context.service_target();
    json::object request{{"agent", target.ref}};
    if (context.args.has("discard")) request["discard"] = true;
    context.client().call("KillAgent", request);
    context.out.print("killed " + target.label() + "\n");
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
