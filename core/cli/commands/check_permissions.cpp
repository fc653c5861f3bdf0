#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

std::string permission_table(const json::array& checks, const Out& out) {
    Table table({"PERMISSION", "GRANTED", "REASON"});
    for (const json::value& value : checks) {
        if (!value.is_object()) continue;
        const json::object& check = value.get_object();
        table.add({as_one_line(answer_text(check, "permission")), answer_flag(check, "granted") ? "yes" : "no",
                   as_one_line(answer_text(check, "reason"))});
    }
    return table.render([&](std::size_t column, const std::string& cell) {
        if (column != 1) return cell;
        return out.paint(cell == "yes" ? Out::Style::green : Out::Style::red, cell);
    });
}

int run_check_permissions(CommandContext& context) {
    json::array permissions;
    for (const std::string& permission : context.args.positionals) permissions.emplace_back(permission);
    json::object request{{"permissions", std::move(permissions)}};
    if (context.args.has("resource")) request["resource"] = context.args.get("resource");
    const json::object answer = context.client().call("CheckPermissions", request);
    const json::array& checks = answer_list(answer, "checks");
    context.out.print(context.args.has("json") ? pretty_json(checks) : permission_table(checks, context.out));
    for (const json::value& check : checks)
        if (const std::string note = check.is_object() ? answer_text(check.get_object(), "note") : ""; !note.empty())
            context.out.note("note: " + as_one_line(note) + "\n");
    const bool all_granted = std::all_of(checks.begin(), checks.end(), [](const json::value& check) {
        return check.is_object() && answer_flag(check.get_object(), "granted");
    });
    return all_granted ? 0 : 1;
}

}

const CommandSpec& check_permissions_command() {
    static const CommandSpec command{
        .name = "check-permissions",
        .arguments = "<permission...>",
        .summary = "Tell whether you may do something, and which grant says so",
        .details =
            "A permission is a kind and a verb: workspace.edit, agent.kill. The exit code is 1 when any is denied.",
        .flags = {{.name = "resource",
                   .kind = FlagSpec::Kind::text,
                   .value = "KIND/NAME",
                   .help = "On this resource; without it, on any"},
                  {.name = "json", .help = "As a JSON array"}},
        .run = run_check_permissions,
        .needs_config = true};
    return command;
}

}
