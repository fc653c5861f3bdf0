#include "cli/commands/commands.hpp"
#include "cli/plugin_text.hpp"
#include "client/daemon_control.hpp"

namespace murmur {

namespace {

int run_plugin_ls(CommandContext& context) {
    // A murmurd that runs knows what it has loaded; without one, what the next would load is told.
    const ServerAddress address = context.server();
    const bool runs = address.kind == ServerAddress::Kind::tcp || find_listening_process(address).has_value();
    const json::object answer = runs ? context.client().call("ListPlugins", {}) : ask_murmurd({"--list-plugins"});
    const json::array& plugins = answer_list(answer, "plugins");
    context.out.print(context.args.has("json") ? pretty_json(plugins) : plugin_table(plugins, context.out));
    return 0;
}

}

const CommandSpec& plugin_ls_command() {
    static const CommandSpec command{
        .name = "plugin ls",
        .arguments = "",
        .summary = "List the plugin files found, and why any was refused",
        .details = "Asks the murmurd that runs; where none does, shows what it would load.",
        .flags = {{.name = "json", .help = "As a JSON array"}},
        .run = run_plugin_ls};
    return command;
}

}
