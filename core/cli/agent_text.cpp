#include "cli/agent_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>
#include <vector>

#include "base/time_text.hpp"
#include "cli/answer_fields.hpp"
#include "cli/budget_flags.hpp"
#include "cli/phase_text.hpp"
#include "cli/snapshot_files.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

constexpr std::size_t progress_column = 3;
// On a narrow terminal the other columns are worth more than this column's full text, but not all of it.
constexpr std::size_t progress_columns_least = 16;

using StatusLines = std::vector<std::pair<std::string, std::string>>;

void add_line(StatusLines& lines, std::string key, const std::string& value) {
    if (!value.empty()) lines.emplace_back(std::move(key), value);
}

std::string count_text(double count) {
    return count > 0 ? std::to_string(static_cast<long long>(count)) : std::string();
}

std::string exit_text(const json::object& exit) {
    const auto code = static_cast<int>(answer_number(exit, "code"));
    const auto signal = static_cast<int>(answer_number(exit, "signal"));
    if (signal != 0) return "signal " + std::to_string(signal);
    return code != 0 ? "status " + std::to_string(code) : std::string();
}

std::string cost_with_mark(const json::object& agent) {
    const std::string cost = cost_text(answer_number(agent, "costUsd"));
    return cost.empty() || !answer_flag(agent, "costEstimated") ? cost : cost + " (estimated)";
}

/// "https://… (open, checks pending)"
std::string pull_request_text(const json::object& pr) {
    std::string state = answer_text(pr, "state");
    const std::string checks = answer_text(pr, "checks");
    const bool is_over = state == "merged" || state == "closed";
    if (!is_over && !checks.empty() && checks != "none") state += (state.empty() ? "checks " : ", checks ") + checks;
    return answer_text(pr, "url") + (state.empty() ? "" : " (" + state + ")");
}

void add_pull_requests(StatusLines& lines, const json::object& agent) {
    const json::array& prs = answer_list(agent, "pullRequests");
    for (const json::value& pr : prs)
        if (pr.is_object()) add_line(lines, "pr", pull_request_text(pr.get_object()));
    if (!prs.empty()) return;
    for (const json::value& pr : answer_list(agent, "prs"))
        if (pr.is_string()) add_line(lines, "pr", std::string(pr.get_string()));
}

void add_money(StatusLines& lines, const json::object& agent) {
    add_line(lines, "cost", cost_with_mark(agent));
    add_line(lines, "machine cost", cost_text(answer_number(agent, "machineCostUsd")));
    for (const BudgetLine& line : budget_lines(agent))
        if (line.is_limited)
            add_line(lines, line.name, line.limit + " (" + line.spent + " spent, " + line.left + " left)");
    add_line(lines, "limit hit", answer_text(agent, "budgetHit"));
}

std::string tasks_text(const json::object& agent) {
    const std::string count = count_text(answer_number(agent, "tasks"));
    const std::string open = count_text(answer_number(agent, "tasksOpen"));
    return count.empty() ? count : count + (open.empty() ? " (none open)" : " (" + open + " open)");
}

std::string snapshot_text(const json::object& agent, TimePoint now) {
    const std::string id = short_snapshot_id(answer_text(agent, "snapshotId"));
    const auto at = parse_answer_time(answer_text(agent, "snapshotAt"));
    return id.empty() || !at ? id : id + " (" + format_age(*at, now) + ")";
}

void add_character(StatusLines& lines, const json::object& agent) {
    add_line(lines, "purpose", answer_text(agent, "purpose"));
    add_line(lines, "branch", answer_text(agent, "branch"));
    add_line(lines, "backend", answer_text(agent, "backend"));
    add_line(lines, "model", answer_text(agent, "model"));
    add_line(lines, "persona", answer_text(agent, "persona"));
    add_line(lines, "identity", answer_text(agent, "serviceProfile"));
    if (answer_flag(agent, "pilot")) add_line(lines, "pilot", "yes");
}

/// The fields in their published order, and then those that are murmur's own.
StatusLines status_lines(const json::object& agent, const Out& out, TimePoint now) {
    StatusLines lines;
    const std::string phase = answer_text(agent, "phase");
    add_line(lines, "workflow", answer_text(agent, "workflowId"));
    add_line(lines, "phase", phase.empty() ? "" : out.paint(phase_style(phase), phase));
    add_line(lines, "vm", answer_text(agent, "machine"));
    add_line(lines, "version", answer_text(agent, "version"));
    add_line(lines, "progress", progress_text(agent, now));
    if (const std::string mode = answer_text(agent, "mode"); mode != "autonomous") add_line(lines, "mode", mode);
    add_line(lines, "working on", answer_text(agent, "workingOn"));
    add_line(lines, "queued", count_text(answer_number(agent, "queued")));
    add_line(lines, "response", answer_text(agent, "response"));
    add_pull_requests(lines, agent);
    add_line(lines, "commits", count_text(answer_number(agent, "commits")));
    add_money(lines, agent);
    for (const json::value& child : answer_list(agent, "children"))
        if (child.is_object())
            add_line(lines, "children",
                     answer_text(child.get_object(), "slug") + " (" +
                         short_phase(answer_text(child.get_object(), "phase")) + ")");
    add_line(lines, "tasks", tasks_text(agent));
    add_character(lines, agent);
    add_line(lines, "snapshot", snapshot_text(agent, now));
    add_line(lines, "reason", answer_text(agent, "reason"));
    add_line(lines, "hint", answer_text(agent, "hint"));
    const json::object& exit = answer_object(agent, "lastExit");
    add_line(lines, "exit", exit_text(exit));
    if (!exit_text(exit).empty()) add_line(lines, "stderr", answer_text(exit, "stderrTail"));
    return lines;
}

/// Whether the field tells some of the agents apart: then it is worth a column.
bool differs(const json::array& summaries, std::string_view field) {
    std::set<std::string> values;
    for (const json::value& value : summaries)
        if (value.is_object()) values.insert(answer_text(value.get_object(), field));
    values.erase("");
    return values.size() > 1;
}

/// "~$0.05" where it is an estimate.
std::string summary_cost(const json::object& summary) {
    const std::string cost = cost_text(answer_number(summary, "cost"));
    return cost.empty() || !answer_flag(summary, "costEstimated") ? cost : "~" + cost;
}

/// Further lines of a value stand below its first one.
std::string indent_lines(const std::string& value, std::size_t columns) {
    std::string text;
    bool is_at_start = false;
    for (const char c : value) {
        if (is_at_start && c != '\n') text += std::string(columns, ' ');
        text += c;
        is_at_start = c == '\n';
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.pop_back();
    return text;
}

}

std::string cost_text(double cost_usd) {
    if (!(cost_usd > 0)) return {};
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), "$%.2f", cost_usd);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string progress_text(const json::object& agent, TimePoint now) {
    std::string progress = as_one_line(answer_text(agent, "progress"));
    const auto at = parse_answer_time(answer_text(agent, "progressAt"));
    if (!progress.empty() && at) progress += " (" + format_age(*at, now) + ")";
    return progress;
}

std::string agent_table(const json::array& summaries, const Out& out, TimePoint now) {
    std::vector<std::string> header = {"SLUG", "PHASE", "VM", "PROGRESS", "COST"};
    std::vector<std::string_view> places;  // of which there are several
    for (const auto& [title, field] : {std::pair{"WORKSPACE", "workspace"}, {"OWNER", "owner"}}) {
        if (!differs(summaries, field)) continue;
        header.emplace_back(title);
        places.emplace_back(field);
    }
    std::vector<std::vector<std::string>> rows;
    std::size_t others = 0;  // columns that all but PROGRESS take
    for (const json::value& value : summaries) {
        if (!value.is_object()) continue;
        const json::object& summary = value.get_object();
        rows.push_back({as_one_line(answer_text(summary, "slug")), short_phase(answer_text(summary, "phase")),
                        as_one_line(answer_text(summary, "vm")), progress_text(summary, now), summary_cost(summary)});
        for (const std::string_view field : places) rows.back().push_back(as_one_line(answer_text(summary, field)));
    }
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (i == progress_column) continue;
        std::size_t width = header[i].size();
        for (const auto& row : rows) width = std::max(width, display_width(row[i]));
        others += width + 2;
    }
    const auto width = static_cast<std::size_t>(out.width());
    Table table(std::move(header));
    for (auto& row : rows) {
        if (width > 0)
            row[progress_column] = cut_to_width(row[progress_column],
                                                std::max(progress_columns_least, width > others ? width - others : 0));
        table.add(std::move(row));
    }
    if (table.is_empty()) return {};
    return table.render([&](std::size_t column, const std::string& cell) {
        return column == 1 ? out.paint(phase_style(cell), cell) : cell;
    });
}

json::object agent_row(const json::object& summary) {
    return {{"slug", answer_text(summary, "slug")},
            {"phase", short_phase(answer_text(summary, "phase"))},
            {"vm", answer_text(summary, "vm")},
            {"progress", answer_text(summary, "progress")},
            {"progress_at", answer_text(summary, "progressAt")},
            {"cost", answer_number(summary, "cost")},
            {"cost_estimated", answer_flag(summary, "costEstimated")},
            {"workspace", answer_text(summary, "workspace")},
            {"owner", answer_text(summary, "owner")}};
}

std::string agent_status(const json::object& agent, const Out& out, TimePoint now) {
    const StatusLines lines = status_lines(agent, out, now);
    std::size_t width = 0;
    for (const auto& [key, value] : lines) width = std::max(width, key.size() + 2);
    std::string text;
    for (const auto& [key, value] : lines) {
        const bool is_painted = key == "phase";
        const std::string shown = is_painted ? value : indent_lines(without_controls(value), width);
        text += key + ":" + std::string(width - key.size() - 1, ' ') + shown + "\n";
    }
    return text;
}

}
