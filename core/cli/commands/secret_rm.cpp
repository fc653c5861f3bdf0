#include "cli/commands/commands.hpp"
#include "cli/resource_text.hpp"

namespace murmur {

namespace {

int run_secret_rm(CommandContext& context) {
    const std::string kind = context.args.has("user") ? "user-secret" : "secret";
    const std::string& name = context.args.positionals[0];
    context.client().call("DeleteResource", {{"kind", kind}, {"name", name}});
    context.out.print(change_line("Deleted", kind, name, "removed"));
    return 0;
}

}

const CommandSpec& secret_rm_command() {
    static const CommandSpec command{.name = "secret rm",
                                     .arguments = "<name>",
                                     .summary = "Remove a secret that no workspace or recipe lists",
                                     .flags = {{.name = "user", .help = "One of your own"}},
                                     .run = run_secret_rm,
                                     .needs_config = true};
    return command;
}

}
