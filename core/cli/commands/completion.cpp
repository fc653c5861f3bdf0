#include <murmur/nearest.hpp>

#include "cli/command_list.hpp"
#include "cli/commands/commands.hpp"
#include "cli/completion_script.hpp"

namespace murmur {

namespace {

const std::vector<std::string> shells = {"bash", "zsh", "fish"};

int run_completion(CommandContext& context) {
    const std::string& shell = context.args.positionals[0];
    if (shell == "bash") {
        context.out.print(bash_completion(all_commands()));
    } else if (shell == "zsh") {
        context.out.print(zsh_completion(all_commands()));
    } else if (shell == "fish") {
        context.out.print(fish_completion(all_commands()));
    } else {
        std::string hint = did_you_mean(shell, shells);
        throw usage_error("unknown shell \"" + shell + "\"")
            .with_hint(hint.empty() ? "It is bash, zsh or fish." : hint);
    }
    return 0;
}

}

const CommandSpec& completion_command() {
    static const CommandSpec command{.name = "completion",
                                     .arguments = "<shell>",
                                     .summary = "Print the completion script for bash, zsh or fish",
                                     .details =
                                         "bash: source <(murmur completion bash)\n"
                                         "zsh:  source <(murmur completion zsh)\n"
                                         "fish: murmur completion fish | source",
                                     .run = run_completion,
                                     .argument_choices = shells};
    return command;
}

}
