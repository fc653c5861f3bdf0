#include <base/time_text.hpp>

#include "cli/commands/commands.hpp"
#include "cli/snapshot_files.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

std::string size_text(double bytes) {
    const char* units[] = {"B", "KiB", "MiB", "GiB"};
    std::size_t unit = 0;
    for (; bytes >= 1024 && unit < 3; ++unit) bytes /= 1024;
    char text[32];
    std::snprintf(text, sizeof text, unit && bytes < 10 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
    return text;
}

std::string snapshot_table(const json::array& rows) {
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    Table table({"ID", "SAVED", "LIFE", "TURN", "SIZE", "FILES", "UNPUSHED"});
    for (const json::value& value : rows) {
        if (!value.is_object()) continue;
        const json::object& row = value.get_object();
        const auto at = parse_answer_time(answer_text(row, "at"));
        std::string unpushed;
        for (const json::value& url : answer_list(row, "unpushed"))
            if (url.is_string()) unpushed += (unpushed.empty() ? "" : ", ") + std::string(url.get_string());
        table.add({as_one_line(short_snapshot_id(answer_text(row, "id"))), at ? format_age(*at, now) : "",
                   std::to_string(static_cast<long long>(answer_number(row, "incarnation"))),
                   std::to_string(static_cast<long long>(answer_number(row, "turn"))),
                   size_text(answer_number(row, "size")),
                   std::to_string(static_cast<long long>(answer_number(row, "files"))),
                   unpushed.empty() ? "-" : as_one_line(unpushed)});
    }
    return table.is_empty() ? std::string() : table.render();
}

int run_snapshot_ls(CommandContext& context) {
    const auto target = context.target();
    const json::object answer = context.client().call("ListSnapshots", {{"agent", target.ref}});
    const json::array& rows = answer_list(answer, "snapshots");
    if (context.args.has("json")) {
        context.out.print(pretty_json(rows));
    } else if (context.args.has("q")) {
        for (const json::value& row : rows)
            if (row.is_object()) context.out.print(as_one_line(answer_text(row.get_object(), "id")) + "\n");
    } else {
        context.out.print(snapshot_table(rows));
    }
    return 0;
}

}

const CommandSpec& snapshot_ls_command() {
    static const CommandSpec command{
        .name = "snapshot ls",
        .arguments = "[slug]",
        .summary = "List what is saved of an agent, the newest first",
        .flags = {{.name = "q", .help = "Only the ids, one per line"}, {.name = "json", .help = "As a JSON array"}},
        .run = run_snapshot_ls,
        .exclusive = {{"json", "q"}}};
    return command;
}

}
