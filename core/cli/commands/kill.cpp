#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_kill(CommandContext& context) {
    const auto target = context.target();
    context.client().call("KillAgent", {{"agent", target.ref}});
    context.out.print("killed " + target.label() + "\n");
    return 0;
}

}

const CommandSpec& kill_command() {
    static const CommandSpec command{.name = "kill",
                                     .arguments = "[slug]",
                                     .summary = "End an agent and remove its machine",
                                     .flags = {{.name = "service", .help = "A service's agent", .is_available = false}},
                                     .run = run_kill};
    return command;
}

}
