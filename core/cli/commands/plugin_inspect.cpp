#include <filesystem>

#include "cli/commands/commands.hpp"
#include "cli/plugin_text.hpp"

namespace murmur {

namespace {

int run_plugin_inspect(CommandContext& context) {
    const std::string file = std::filesystem::absolute(context.args.positionals[0]).string();
    const json::object plugin = ask_murmurd({"--inspect-plugin", file});
    context.out.print(context.args.has("json") ? pretty_json(plugin) : plugin_details(plugin));
    return answer_text(plugin, "state") == "refused" ? 1 : 0;
}

}

const CommandSpec& plugin_inspect_command() {
    static const CommandSpec command{.name = "plugin inspect",
                                     .arguments = "<file>",
                                     .summary = "Show what a plugin file says of itself",
                                     .flags = {{.name = "json", .help = "As a JSON object"}},
                                     .run = run_plugin_inspect};
    return command;
}

}
