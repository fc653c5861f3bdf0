#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/task_text.hpp"

namespace murmur {

namespace {

/// "1,2" or "1, 2".
json::array split_ids(const std::string& flag, const std::string& text) {
    json::array ids;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        std::string id = text.substr(at, end - at);
        id.erase(std::remove(id.begin(), id.end(), ' '), id.end());
        if (id.empty())
            throw usage_error("--" + flag + " \"" + text + "\" has an empty id")
                .with_hint("Give ids with commas between them: --" + flag + " 1,2.");
        ids.emplace_back(std::move(id));
        at = end + 1;
    }
    return ids;
}

int run_task_update(CommandContext& context) {
    const auto& words = context.args.positionals;
    json::object changes;
    if (context.args.has("subject")) {
        changes["subject"] = context.args.get("subject");
        if (context.args.get("subject").empty())
            throw usage_error("the subject is empty").with_hint("Say in a few words what is to be done.");
    }
    if (context.args.has("d")) changes["description"] = context.args.get("d");
    if (context.args.has("s")) changes["status"] = task_status_argument(context.args.get("s"));
    for (const auto& [flag, field] : {std::pair{"blocked-by", "addBlockedBy"}, {"blocks", "addBlocks"}})
        if (context.args.has(flag)) changes[field] = split_ids(flag, context.args.get(flag));
    if (changes.empty())
        throw usage_error("nothing is to be changed")
            .with_hint("Say what: murmur task update " + context.args.joined_from(0) + " -s completed.");
    const auto target = context.target(words.size() == 2 ? 0 : words.size());
    changes["agent"] = target.ref;
    changes["taskId"] = words.back();
    const json::object answer = context.client().call("UpdateTask", changes);
    const json::object& task = answer_object(answer, "task");
    context.out.print("task " + answer_text(task, "id") + " is " + short_task_status(answer_text(task, "status")) +
                      "\n");
    return 0;
}

}

const CommandSpec& task_update_command() {
    using Kind = FlagSpec::Kind;
    static const CommandSpec command{
        .name = "task update",
        .arguments = "[slug] <task-id>",
        .summary = "Change an item of an agent's checklist",
        .flags = {{.name = "subject", .kind = Kind::text, .value = "TEXT", .help = "New subject"},
                  {.name = "d", .kind = Kind::text, .value = "TEXT", .help = "New description"},
                  {.name = "s",
                   .kind = Kind::text,
                   .value = "STATUS",
                   .help = "New status: pending, in_progress, completed, deleted"},
                  {.name = "blocked-by",
                   .kind = Kind::text,
                   .value = "IDS",
                   .help = "Tasks that must be completed first, with commas between them; added to those there are"},
                  {.name = "blocks",
                   .kind = Kind::text,
                   .value = "IDS",
                   .help = "Tasks that this one must be completed before; added to those there are"}},
        .run = run_task_update};
    return command;
}

}
