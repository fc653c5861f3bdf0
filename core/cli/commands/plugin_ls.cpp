#include "cli/commands/commands.hpp"
#include "cli/plugin_text.hpp"

namespace murmur {

namespace {

int run_plugin_ls(CommandContext& context) {
    const json::object answer = ask_murmurd({"--list-plugins"});
    const json::array& plugins = answer_list(answer, "plugins");
    context.out.print(context.args.has("json") ? pretty_json(plugins) : plugin_table(plugins, context.out));
    return 0;
}

}

const CommandSpec& plugin_ls_command() {
    static const CommandSpec command{.name = "plugin ls",
                                     .arguments = "",
                                     .summary = "List the plugin files found, and why any was refused",
                                     .details = "Reads this machine's plugins; murmurd need not run.",
                                     .flags = {{.name = "json", .help = "As a JSON array"}},
                                     .run = run_plugin_ls};
    return command;
}

}
