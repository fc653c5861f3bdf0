#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_session_interrupt(CommandContext& context) {
    const auto target = context.target();
    context.client().call("InterruptSession", {{"agent", target.ref}});
    context.out.print("sent\n");
    return 0;
}

}

const CommandSpec& session_interrupt_command() {
    static const CommandSpec command{.name = "session interrupt",
                                     .arguments = "[slug]",
                                     .summary = "End an agent's current turn",
                                     .run = run_session_interrupt};
    return command;
}

}
