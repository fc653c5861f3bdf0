#include "base/ids.hpp"
#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_notify(CommandContext& context) {
    const auto target = context.target();
    const std::string message = context.args.joined_from(1);
    if (message.empty()) throw usage_error("the message is empty").with_hint("Say what the agent should know.");
    context.client().call("NotifyAgent", {{"agent", target.ref}, {"message", message}, {"requestId", random_hex(12)}});
    context.out.print("notified " + target.label() + "\n");
    return 0;
}

}

const CommandSpec& notify_command() {
    static const CommandSpec command{
        .name = "notify",
        .arguments = "<slug> <message...>",
        .summary = "Send an agent an event; wakes it if it sleeps",
        .details =
            "The agent is told between two turns that this has happened, as it is told of other events. To give\n"
            "it something to do, use murmur queue add.",
        .run = run_notify};
    return command;
}

}
