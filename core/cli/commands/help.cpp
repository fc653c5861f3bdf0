#include <murmur/nearest.hpp>

#include "cli/command_list.hpp"
#include "cli/commands/commands.hpp"
#include "cli/usage_text.hpp"

namespace murmur {

namespace {

int run_help(CommandContext& context) {
    const std::string name = context.args.joined_from(0);
    std::vector<std::string> known;
    bool is_group = name.empty();
    for (const CommandSpec* command : all_commands()) {
        if (command->name == name) {
            context.out.print(command_help(*command));
            return 0;
        }
        is_group = is_group || command->name.starts_with(name + " ");
        known.emplace_back(command->name);
    }
    if (!is_group) throw usage_error("unknown command \"" + name + "\"").with_hint(did_you_mean(name, known));
    context.out.print(overview_help(all_commands(), name));
    return 0;
}

}

const CommandSpec& help_command() {
    static const CommandSpec command{.name = "help",
                                     .arguments = "[command...]",
                                     .summary = "Show the commands, or the help of one",
                                     .run = run_help};
    return command;
}

}
