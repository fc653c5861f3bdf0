#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_queue_clear(CommandContext& context) {
    const auto target = context.target();
    const json::object answer = context.client().call("ClearQueue", {{"agent", target.ref}});
    const auto cleared = static_cast<long long>(answer_number(answer, "cleared"));
    context.out.print("cleared " + std::to_string(cleared) + (cleared == 1 ? " follow-up" : " follow-ups") + "\n");
    return 0;
}

}

const CommandSpec& queue_clear_command() {
    static const CommandSpec command{.name = "queue clear",
                                     .arguments = "[slug]",
                                     .summary = "Drop the follow-ups that an agent has not been given yet",
                                     .run = run_queue_clear};
    return command;
}

}
