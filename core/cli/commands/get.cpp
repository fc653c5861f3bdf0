#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/resource_list.hpp"
#include "cli/resource_text.hpp"

namespace murmur {

namespace {

/// names, table, wide, json, text; empty: whatever suits the output.
std::string wanted_form(const Arguments& args) {
    if (args.has("q")) return "names";
    if (args.has("table")) return "table";
    if (args.has("json")) return "json";
    return args.get("o");
}

int get_one(CommandContext& context, const std::string& form) {
    if (!form.empty() && form != "json" && form != "text")
        throw usage_error("a list can be shown like that, not one resource")
            .with_hint("Leave out the name, or use --json.");
    const json::object answer = context.client().call(
        "GetResource", {{"kind", context.args.positionals[0]}, {"name", context.args.positionals[1]}});
    const json::object& resource = answer_object(answer, "resource");
    context.out.print(form == "json" ? pretty_json(answer_object(resource, "body"))
                                     : text_for(context.out, answer_text(resource, "text")));
    return 0;
}

json::array without_cells(json::array rows) {
    for (json::value& row : rows)
        if (row.is_object()) row.get_object().erase("cells");
    return rows;
}

int get_list(CommandContext& context, std::string form) {
    if (form == "text") throw usage_error("-o text shows one resource: give its name, too");
    if (form.empty()) form = context.out.width() > 0 ? "table" : "names";
    ApiClient& client = context.client();
    ResourceList list = list_resources(
        [&](std::string_view method, const json::object& request) { return client.call(method, request); },
        context.args.positionals[0]);
    context.out.print(form == "json"    ? pretty_json(without_cells(std::move(list.rows)))
                      : form == "names" ? resource_names(list.rows)
                                        : resource_table(list.columns, list.rows, form == "wide", context.out));
    return 0;
}

int run_get(CommandContext& context) {
    const std::string form = wanted_form(context.args);
    return context.args.positionals.size() == 2 ? get_one(context, form) : get_list(context, form);
}

}

const CommandSpec& get_command() {
    static const CommandSpec command{
        .name = "get",
        .arguments = "<kind> [name]",
        .summary = "Print a resource as murmur set reads it, or list those of a kind",
        .details = "A list is a table on a terminal and names, one per line, elsewhere.",
        .flags = {{.name = "json", .help = "As JSON: of one resource its fields, of a list an array"},
                  {.name = "q", .help = "Only the names, one per line"},
                  {.name = "table", .help = "The table, wherever it goes"},
                  {.name = "o",
                   .kind = FlagSpec::Kind::text,
                   .value = "FORM",
                   .help = "How to show it; wide adds generation, time and author to the table",
                   .choices = {"names", "table", "wide", "json", "text"}}},
        .run = run_get,
        .needs_config = true,
        .exclusive = {{"json", "q"}, {"json", "table"}, {"json", "o"}, {"q", "table"}, {"q", "o"}, {"table", "o"}}};
    return command;
}

}
