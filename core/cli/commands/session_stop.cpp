#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_session_stop(CommandContext& context) {
    const auto target = context.target();
    context.client().call("StopSession", {{"agent", target.ref}});
    context.out.print("sent\n");
    return 0;
}

}

const CommandSpec& session_stop_command() {
    static const CommandSpec command{.name = "session stop",
                                     .arguments = "[slug]",
                                     .summary = "End an agent's session in good order",
                                     .run = run_session_stop};
    return command;
}

}
