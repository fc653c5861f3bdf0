#include <algorithm>
#include <murmur/nearest.hpp>

#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

const std::vector<std::string> resolutions = {"merge", "rebase", "none"};

int run_queue_conflict_resolution(CommandContext& context) {
    const std::string &repo = context.args.positionals[1], &resolution = context.args.positionals[2];
    if (std::find(resolutions.begin(), resolutions.end(), resolution) == resolutions.end()) {
        std::string hint = did_you_mean(resolution, resolutions);
        throw usage_error("unknown conflict resolution \"" + resolution + "\"")
            .with_hint(hint.empty() ? "It is merge, rebase or none." : hint);
    }
    const auto target = context.target();
    context.client().call("SetConflictResolution", {{"agent", target.ref}, {"repo", repo}, {"resolution", resolution}});
    context.out.print("conflict resolution of " + repo + " set to " + resolution + " for " + target.label() + "\n");
    return 0;
}

}

const CommandSpec& queue_conflict_resolution_command() {
    static const CommandSpec command{
        .name = "queue conflict-resolution",
        .arguments = "<slug> <repo> <merge|rebase|none>",
        .summary = "Set how an agent's branch follows its base when that moves: merge, rebase or none",
        .details =
            "The repository is named by its clone URL, or by the end of it: acme/api. It counts from the next\n"
            "turn on.",
        .run = run_queue_conflict_resolution,
        .argument_choices = resolutions};
    return command;
}

}
