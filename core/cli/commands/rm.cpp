#include "cli/catalog_input.hpp"
#include "cli/commands/commands.hpp"
#include "cli/resource_text.hpp"

namespace murmur {

namespace {

int run_rm(CommandContext& context) {
    const std::string& kind = context.args.positionals[0];
    const std::string& name = context.args.positionals[1];
    json::object request{{"kind", kind}, {"name", name}};
    if (const auto generation = expected_generation(context.args)) request["expectedGeneration"] = *generation;
    context.client().call("DeleteResource", request);
    context.out.print(change_line("Deleted", kind, name, "removed"));
    return 0;
}

}

const CommandSpec& rm_command() {
    static const CommandSpec command{
        .name = "rm",
        .arguments = "<kind> <name>",
        .summary = "Remove a resource that nothing refers to",
        .details = "There is no way back. While other resources refer to it, it stays, and they are named.",
        .flags = {generation_flag()},
        .run = run_rm,
        .needs_config = true};
    return command;
}

}
