#include <algorithm>
#include <murmur/nearest.hpp>

#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

const std::vector<std::string> strategies = {"all", "one", "five"};

int run_queue_strategy(CommandContext& context) {
    const std::string& strategy = context.args.positionals[1];
    if (std::find(strategies.begin(), strategies.end(), strategy) == strategies.end()) {
        std::string hint = did_you_mean(strategy, strategies);
        throw usage_error("unknown strategy \"" + strategy + "\"")
            .with_hint(hint.empty() ? "It is all, one or five." : hint);
    }
    const auto target = context.target();
    context.client().call("SetDequeueStrategy", {{"agent", target.ref}, {"strategy", strategy}});
    context.out.print("strategy set to " + strategy + " for " + target.label() + "\n");
    return 0;
}

}

const CommandSpec& queue_strategy_command() {
    static const CommandSpec command{.name = "queue strategy",
                                     .arguments = "<slug> <all|one|five>",
                                     .summary = "Set how many follow-ups a turn is given: all, one or five",
                                     .run = run_queue_strategy,
                                     .argument_choices = strategies};
    return command;
}

}
