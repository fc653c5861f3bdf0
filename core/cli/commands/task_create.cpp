#include "base/ids.hpp"
#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_task_create(CommandContext& context) {
    const auto& words = context.args.positionals;
    if (words.back().empty())
        throw usage_error("the subject is empty").with_hint("Say in a few words what is to be done.");
    if (context.args.has("pattern") && !context.args.has("activate-when"))
        throw usage_error("--pattern needs --activate-when files_modified")
            .with_hint("Without it a task is active from the start.");
    if (context.args.has("activate-when") && context.args.get("pattern").empty())
        throw usage_error("--activate-when files_modified needs --pattern")
            .with_hint("Say which files: --pattern \"**/*_test.go\".");
    const auto target = context.target(words.size() == 2 ? 0 : words.size());
    json::object request{{"agent", target.ref}, {"subject", words.back()}, {"requestId", random_hex(12)}};
    if (context.args.has("d")) request["description"] = context.args.get("d");
    if (context.args.has("activate-when")) request["activateWhen"] = context.args.get("activate-when");
    if (context.args.has("pattern")) request["pattern"] = context.args.get("pattern");
    const json::object answer = context.client().call("CreateTask", request);
    context.out.print(answer_text(answer_object(answer, "task"), "id") + "\n");
    return 0;
}

}

const CommandSpec& task_create_command() {
    using Kind = FlagSpec::Kind;
    static const CommandSpec command{
        .name = "task create",
        .arguments = "[slug] <subject>",
        .summary = "Add an item to an agent's checklist, and print its id",
        .details =
            "While active tasks are open, the agent is told of them when it would finish. With --activate-when\n"
            "files_modified a task becomes active when the agent commits a change to a file that the pattern\n"
            "matches: * and ? within a part of the path, ** across parts.",
        .flags = {{.name = "d", .kind = Kind::text, .value = "TEXT", .help = "Longer description"},
                  {.name = "activate-when",
                   .kind = Kind::text,
                   .value = "CONDITION",
                   .help = "When it becomes active, if not at once",
                   .choices = {"files_modified"}},
                  {.name = "pattern",
                   .kind = Kind::text,
                   .value = "GLOB",
                   .help = "Files that activate it: \"*.go\", \"**/*_test.go\""}},
        .run = run_task_create};
    return command;
}

}
