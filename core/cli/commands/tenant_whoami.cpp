#include "cli/commands/commands.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

std::string identity_text(const json::object& answer) {
    std::string groups;
    for (const json::value& group : answer_list(answer, "groups"))
        if (group.is_string()) groups += (groups.empty() ? "" : ", ") + as_one_line(group.get_string());
    std::string text = "tenant:    " + as_one_line(answer_text(answer, "tenant")) + "\n" +
                       "principal: " + as_one_line(answer_text(answer, "principal")) + "\n" +
                       "admin:     " + (answer_flag(answer, "isAdmin") ? "yes" : "no") + "\n";
    return groups.empty() ? text : text + "groups:    " + groups + "\n";
}

int run_tenant_whoami(CommandContext& context) {
    const json::object answer = context.client().call("WhoAmI", {});
    context.out.print(context.args.has("json") ? pretty_json(answer) : identity_text(answer));
    return 0;
}

}

const CommandSpec& tenant_whoami_command() {
    static const CommandSpec command{.name = "tenant whoami",
                                     .arguments = "",
                                     .summary = "Show whose resources commands are about, and who you are there",
                                     .flags = {{.name = "json", .help = "As JSON"}},
                                     .run = run_tenant_whoami,
                                     .needs_config = true};
    return command;
}

}
