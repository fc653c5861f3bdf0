#include "cli/budget_flags.hpp"
#include "cli/commands/commands.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

// From here on a limit is shown as being near.
constexpr double part_to_warn_at = 0.8;

std::string budget_table(const json::object& agent, const Out& out) {
    Table table({"LIMIT", "MOST", "SPENT", "LEFT"});
    std::string near, reached;
    for (const BudgetLine& line : budget_lines(agent)) {
        table.add({line.name, line.limit, line.spent, line.left});
        if (line.is_limited && line.used >= part_to_warn_at) (line.used >= 1 ? reached : near) += line.name + " ";
    }
    return table.render([&](std::size_t column, const std::string& cell) {
        if (column != 0) return cell;
        const auto is_in = [&](const std::string& names) {
            return (" " + names).find(" " + cell + " ") != std::string::npos;
        };
        return out.paint(is_in(reached) ? Out::Style::red : is_in(near) ? Out::Style::yellow : Out::Style::plain, cell);
    });
}

json::object budget_json(const json::object& agent) {
    return {{"budget", answer_object(agent, "budget")}, {"spent", answer_object(agent, "spent")}};
}

int run_budget(CommandContext& context) {
    const auto target = context.target();
    const json::object changes = read_budget_flags(context.args, true);
    // What is not given stays as it is.
    if (!changes.empty()) context.client().call("SetBudget", {{"agent", target.ref}, {"budget", changes}});
    const json::object answer = context.client().call("GetAgent", {{"agent", target.ref}});
    const json::object& agent = answer_object(answer, "agent");
    context.out.print(context.args.has("json") ? pretty_json(budget_json(agent)) : budget_table(agent, context.out));
    return 0;
}

std::vector<FlagSpec> flags_with_json() {
    std::vector<FlagSpec> flags = budget_flags();
    flags.push_back({.name = "json", .help = "As a JSON object"});
    return flags;
}

}

const CommandSpec& budget_command() {
    static const CommandSpec command{
        .name = "budget",
        .arguments = "[slug]",
        .summary = "Show what an agent may use up and has used up, or set its limits",
        .details =
            "What its children use up counts too. A limit is looked at before a turn or a child begins: an agent\n"
            "that has reached one ends with its work saved. The value none lifts a limit.\n\n"
            "  murmur budget fix-bug\n"
            "  murmur budget fix-bug --max-cost 10 --max-turns none",
        .flags = flags_with_json(),
        .run = run_budget};
    return command;
}

}
