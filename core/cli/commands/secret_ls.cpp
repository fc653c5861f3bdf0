#include "cli/commands/commands.hpp"
#include "cli/resource_list.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

std::string secret_table(const json::array& rows) {
    Table table({"NAME", "UPDATED", "AUTHOR"});
    for (const json::value& value : rows) {
        if (!value.is_object()) continue;
        const json::object& row = value.get_object();
        table.add({as_one_line(answer_text(row, "name")), as_one_line(answer_text(row, "updatedAt")),
                   as_one_line(answer_text(row, "author"))});
    }
    return table.is_empty() ? std::string() : table.render();
}

int run_secret_ls(CommandContext& context) {
    ApiClient& client = context.client();
    ResourceList list = list_resources(
        [&](std::string_view method, const json::object& request) { return client.call(method, request); },
        context.args.has("user") ? "user-secret" : "secret");
    for (json::value& row : list.rows)
        if (row.is_object()) row.get_object().erase("cells");
    context.out.print(context.args.has("json") ? pretty_json(list.rows)
                      : context.args.has("q")  ? resource_names(list.rows)
                                               : secret_table(list.rows));
    return 0;
}

}

const CommandSpec& secret_ls_command() {
    static const CommandSpec command{.name = "secret ls",
                                     .arguments = "",
                                     .summary = "List the names of secrets, when they were set, and by whom",
                                     .flags = {{.name = "user", .help = "Your own ones"},
                                               {.name = "q", .help = "Only the names, one per line"},
                                               {.name = "json", .help = "As a JSON array"}},
                                     .run = run_secret_ls,
                                     .needs_config = true,
                                     .exclusive = {{"json", "q"}}};
    return command;
}

}
