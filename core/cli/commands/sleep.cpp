#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_sleep(CommandContext& context) {
    const auto target = context.target();
    context.client().call("SleepAgent", {{"agent", target.ref}});
    context.out.print("VM stopped\n");
    return 0;
}

}

const CommandSpec& sleep_command() {
    static const CommandSpec command{.name = "sleep",
                                     .arguments = "[slug]",
                                     .summary = "Stop an agent's machine and keep its state",
                                     .run = run_sleep};
    return command;
}

}
