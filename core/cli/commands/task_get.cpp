#include "cli/commands/commands.hpp"
#include "cli/task_text.hpp"

namespace murmur {

namespace {

int run_task_get(CommandContext& context) {
    const auto& words = context.args.positionals;
    const auto target = context.target(words.size() == 2 ? 0 : words.size());
    const json::object answer = context.client().call("GetTask", {{"agent", target.ref}, {"taskId", words.back()}});
    const json::object& task = answer_object(answer, "task");
    context.out.print(context.args.has("json") ? pretty_json(task_json(task)) : task_details(task, context.out));
    return 0;
}

}

const CommandSpec& task_get_command() {
    static const CommandSpec command{.name = "task get",
                                     .arguments = "[slug] <task-id>",
                                     .summary = "Show an item of an agent's checklist",
                                     .flags = {{.name = "json", .help = "As a JSON object"}},
                                     .run = run_task_get};
    return command;
}

}
