#include "cli/commands/commands.hpp"
#include "cli/kind_text.hpp"
#include "cli/resource_text.hpp"

namespace murmur {

namespace {

int describe_kinds(CommandContext& context) {
    const json::object answer = context.client().call("ListKinds", {});
    const json::array& kinds = answer_list(answer, "kinds");
    context.out.print(context.args.has("json") ? pretty_json(kinds) : kind_table(kinds, context.out));
    return 0;
}

int describe_kind(CommandContext& context) {
    const json::object answer = context.client().call("GetKind", {{"kind", context.args.positionals[0]}});
    context.out.print(context.args.has("schema") ? pretty_json(answer_object(answer, "schema"))
                      : context.args.has("json") ? pretty_json(answer)
                                                 : kind_details(answer, context.out));
    return 0;
}

int describe_resource(CommandContext& context) {
    const json::object answer = context.client().call(
        "GetResource", {{"kind", context.args.positionals[0]}, {"name", context.args.positionals[1]}});
    const json::object& resource = answer_object(answer, "resource");
    context.out.print(context.args.has("json") ? pretty_json(resource) : resource_details(resource, context.out));
    return 0;
}

int run_describe(CommandContext& context) {
    const std::size_t given = context.args.positionals.size();
    if (context.args.has("schema") && given != 1)
        throw usage_error("--schema is of a kind").with_hint("For example: murmur describe workspace --schema");
    if (given == 0) return describe_kinds(context);
    return given == 1 ? describe_kind(context) : describe_resource(context);
}

}

const CommandSpec& describe_command() {
    static const CommandSpec command{
        .name = "describe",
        .arguments = "[kind] [name]",
        .summary = "Explain the kinds of resources, one kind, or one resource",
        .details =
            "Without a name it says what may be written, and with one what is known of that resource: generation,\n"
            "author, times, and its text.",
        .flags = {{.name = "json", .help = "As JSON"},
                  {.name = "schema", .help = "The kind's JSON Schema, for editors that complete YAML by it"}},
        .run = run_describe,
        .exclusive = {{"json", "schema"}}};
    return command;
}

}
