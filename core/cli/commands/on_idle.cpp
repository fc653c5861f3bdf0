#include <algorithm>
#include <murmur/nearest.hpp>

#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

const std::vector<std::string> on_idle_values = {"sleep", "terminate", "terminate-when-prs-resolved", "keep-alive"};

int run_on_idle(CommandContext& context) {
    std::string value = context.args.positionals.back();
    std::replace(value.begin(), value.end(), '_', '-');
    if (std::find(on_idle_values.begin(), on_idle_values.end(), value) == on_idle_values.end()) {
        std::string hint = did_you_mean(value, on_idle_values);
        throw usage_error("unknown --on-idle \"" + value + "\"")
            .with_hint(hint.empty() ? "It is sleep or keep-alive." : hint);
    }
    // The value is the last word, so the slug is there only if there are two.
    const auto target = context.target(context.args.positionals.size() == 2 ? 0 : context.args.positionals.size());
    const json::object answer = context.client().call("UpdateOnIdle", {{"agent", target.ref}, {"onIdle", value}});
    context.out.print(context.args.has("json") ? json::serialize(answer) + "\n"
                                               : "on-idle set to " + value + " for " + target.label() + "\n");
    return 0;
}

}

const CommandSpec& on_idle_command() {
    static const CommandSpec command{
        .name = "on-idle",
        .arguments = "[slug] <sleep|keep-alive>",
        .summary = "Set what becomes of an agent's machine when the agent has nothing to do",
        .flags = {{.name = "json", .help = "As a JSON object"}},
        .run = run_on_idle,
        .argument_choices = {"sleep", "keep-alive"}};
    return command;
}

}
