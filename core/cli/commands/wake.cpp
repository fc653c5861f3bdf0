#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_wake(CommandContext& context) {
    const auto target = context.target();
    context.client().call("WakeAgent", {{"agent", target.ref}});
    context.out.print("VM started\n");
    return 0;
}

}

const CommandSpec& wake_command() {
    static const CommandSpec command{.name = "wake",
                                     .arguments = "[slug]",
                                     .summary = "Start the machine of a sleeping agent again",
                                     .run = run_wake};
    return command;
}

}
