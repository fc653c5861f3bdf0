#include "base/version.hpp"
#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_version(CommandContext& context) {
    context.out.print("Client: " + full_version() + "\n");
    if (context.args.has("client")) return 0;
    const json::object server = context.client().call("GetVersion", {});
    context.out.print("Server: " + full_version(answer_text(server, "version"), answer_text(server, "commit")) + "\n");
    return 0;
}

}

const CommandSpec& version_command() {
    static const CommandSpec command{.name = "version",
                                     .arguments = "",
                                     .summary = "Show the versions of this program and of murmurd",
                                     .flags = {{.name = "client", .help = "This program's alone; asks no server"}},
                                     .run = run_version};
    return command;
}

}
