#include "cli/commands/commands.hpp"
#include "cli/task_text.hpp"

namespace murmur {

namespace {

int run_task_ls(CommandContext& context) {
    const auto target = context.target();
    const json::object answer =
        context.client().call("ListTasks", {{"agent", target.ref}, {"active", context.args.has("active")}});
    const json::array& tasks = answer_list(answer, "tasks");
    if (!context.args.has("json")) {
        context.out.print(task_table(tasks, context.out));
        return 0;
    }
    json::array rows;
    for (const json::value& task : tasks)
        if (task.is_object()) rows.push_back(task_json(task.get_object()));
    context.out.print(pretty_json(rows));
    return 0;
}

}

const CommandSpec& task_ls_command() {
    static const CommandSpec command{
        .name = "task ls",
        .arguments = "[slug]",
        .summary = "List an agent's checklist",
        .flags = {{.name = "active", .help = "Only what is open and keeps the agent from finishing"},
                  {.name = "json", .help = "As a JSON array"}},
        .run = run_task_ls};
    return command;
}

}
