#include "cli/task_text.hpp"

#include <algorithm>
#include <cctype>
#include <murmur/nearest.hpp>

#include "cli/answer_fields.hpp"
#include "cli/arguments.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

constexpr std::string_view status_prefix = "TASK_STATUS_";
// On a narrow terminal a subject is cut, but not to nothing.
constexpr std::size_t subject_columns_least = 20;
constexpr std::size_t subject_column = 1;

const std::vector<std::string> statuses = {"pending", "in_progress", "completed", "deleted"};

std::string list_text(const json::object& task, std::string_view name) {
    std::string text;
    for (const json::value& id : answer_list(task, name))
        if (id.is_string()) text += (text.empty() ? "" : ",") + std::string(id.get_string());
    return as_one_line(text);
}

Out::Style status_style(const std::string& status) {
    if (status == "completed") return Out::Style::green;
    if (status == "in_progress") return Out::Style::yellow;
    return status == "deleted" ? Out::Style::dim : Out::Style::plain;
}

}

std::string short_task_status(const std::string& status) {
    std::string text = status.starts_with(status_prefix) ? status.substr(status_prefix.size()) : status;
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    return text;
}

std::string task_status_argument(const std::string& text) {
    std::string status = short_task_status(text);
    std::replace(status.begin(), status.end(), '-', '_');
    if (std::find(statuses.begin(), statuses.end(), status) != statuses.end()) return status;
    const std::string nearest = did_you_mean(status, statuses);
    throw usage_error("unknown task status \"" + text + "\"")
        .with_hint(nearest.empty() ? "It is pending, in_progress, completed or deleted." : nearest);
}

std::string task_table(const json::array& tasks, const Out& out) {
    std::vector<std::vector<std::string>> rows;
    for (const json::value& value : tasks) {
        if (!value.is_object()) continue;
        const json::object& task = value.get_object();
        rows.push_back({as_one_line(answer_text(task, "id")), as_one_line(answer_text(task, "subject")),
                        as_one_line(answer_text(task, "status")), list_text(task, "blockedBy")});
    }
    if (rows.empty()) return {};
    const std::vector<std::string> header = {"ID", "SUBJECT", "STATUS", "BLOCKED_BY"};
    std::size_t others = 0;
    for (std::size_t i = 0; i < header.size(); ++i) {
        std::size_t width = header[i].size();
        for (const auto& row : rows) width = std::max(width, display_width(row[i]));
        if (i != subject_column) others += width + 2;
    }
    const auto width = static_cast<std::size_t>(out.width());
    Table table(header);
    for (auto& row : rows) {
        if (width > 0)
            row[subject_column] =
                cut_to_width(row[subject_column], std::max(subject_columns_least, width > others ? width - others : 0));
        table.add(std::move(row));
    }
    return table.render([&](std::size_t column, const std::string& cell) {
        return column == 2 ? out.paint(status_style(short_task_status(cell)), cell) : cell;
    });
}

std::string task_details(const json::object& task, const Out& out) {
    std::string text;
    const auto add = [&](const std::string& key, const std::string& value) {
        if (value.empty()) return;
        const std::string margin(13, ' ');
        std::string shown;
        for (const char c : without_controls(value)) shown += c == '\n' ? "\n" + margin : std::string(1, c);
        text += key + ":" + std::string(margin.size() - key.size() - 1, ' ') + shown + "\n";
    };
    const std::string status = answer_text(task, "status");
    add("id", answer_text(task, "id"));
    add("subject", answer_text(task, "subject"));
    text += "status:      " + out.paint(status_style(short_task_status(status)), as_one_line(status)) + "\n";
    add("description", answer_text(task, "description"));
    add("blocked by", list_text(task, "blockedBy"));
    add("blocks", list_text(task, "blocks"));
    if (const std::string condition = answer_text(task, "activateWhen"); !condition.empty())
        add("when", condition + " " + answer_text(task, "pattern"));
    const std::string open = short_task_status(status);
    if (open == "pending" || open == "in_progress") add("active", answer_flag(task, "active") ? "yes" : "no");
    return text;
}

json::object task_json(const json::object& task) {
    json::object shown{{"id", answer_text(task, "id")},
                       {"subject", answer_text(task, "subject")},
                       {"status", short_task_status(answer_text(task, "status"))}};
    const auto add_text = [&](std::string_view name, std::string_view field) {
        if (std::string value = answer_text(task, field); !value.empty()) shown[name] = std::move(value);
    };
    add_text("description", "description");
    for (const auto& [name, field] : {std::pair{"blocked_by", "blockedBy"}, {"blocks", "blocks"}})
        if (const json::array& ids = answer_list(task, field); !ids.empty()) shown[name] = ids;
    add_text("activate_when", "activateWhen");
    add_text("pattern", "pattern");
    shown["active"] = answer_flag(task, "active");
    return shown;
}

}
