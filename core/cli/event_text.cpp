#include "cli/event_text.hpp"

#include <array>
#include <ctime>
#include <string_view>
#include <utility>

#include "base/time_text.hpp"
#include "cli/agent_text.hpp"
#include "cli/answer_fields.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

// A result is shown to recognise it, not to read it: --json has all of it.
constexpr std::size_t result_columns = 120;

std::string local_clock(const json::object& event) {
    const auto at = parse_answer_time(answer_text(event, "at"));
    if (!at) return "--:--:--";
    const std::time_t seconds = std::chrono::system_clock::to_time_t(*at);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    std::array<char, 16> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &parts)};
}

std::string trim_end(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

/// The text with `mark` before each of its lines; the lines after the first stand below the first.
std::string marked_lines(const std::string& text, const std::string& mark, const std::string& margin) {
    std::string lines = mark;
    for (const char c : trim_end(without_controls(text))) {
        lines += c;
        if (c == '\n') lines += margin + mark;
    }
    return lines;
}

std::string with_detail(std::string text, const std::string& detail) {
    return detail.empty() ? text : text + " (" + as_one_line(detail) + ")";
}

std::string session_body(const json::object& event, const std::string& margin, const Out& out) {
    const std::string kind = answer_text(event, "kind");
    const std::string text = answer_text(event, "text");
    const json::object& data = answer_object(event, "data");
    if (kind == "SESSION_START") return with_detail("session started", text);
    if (kind == "SESSION_END") return with_detail("session ended", text);
    if (kind == "ASSISTANT_TEXT") return marked_lines(text, "▍ ", margin);
    if (kind == "TOOL_USE") return "🔧 " + out.paint(Out::Style::cyan, as_one_line(text));
    if (kind == "TOOL_RESULT")
        return "   → " + out.paint(Out::Style::dim, cut_to_width(as_one_line(trim_end(text)), result_columns));
    if (kind == "TURN_COMPLETE") {
        std::string reason = answer_text(data, "stop_reason");
        if (reason.empty()) reason = answer_text(data, "stopReason");
        return with_detail("turn complete", reason.empty() ? text : reason);
    }
    if (kind == "ERROR") return out.paint(Out::Style::red, marked_lines(text, "✗ ", margin));
    if (kind == "COST") {
        const std::string cost = cost_text(answer_number(event, "costUsd"));
        return cost.empty() ? std::string() : "cost " + cost;
    }
    if (kind == "PR_LINK") return "🔗 " + as_one_line(text);
    if (kind == "USER_TEXT") return marked_lines(text, "> ", margin);
    if (kind == "STDERR") return out.paint(Out::Style::dim, marked_lines(text, "! ", margin));
    return text.empty() ? std::string() : as_one_line(kind) + " " + as_one_line(text);
}

/// What stands before the text of events that do not say of themselves what they are.
std::string_view event_label(std::string_view type, std::string_view text) {
    static constexpr std::pair<std::string_view, std::string_view> labels[] = {
        {"spawned", "spawned: "}, {"commit", "commit "},   {"push", "pushed "},           {"pr", "pull request "},
        {"notify", "notified: "}, {"on-idle", "on-idle "}, {"child_lifecycle", "child "}, {"base", "base "}};
    for (const auto& [known, label] : labels)
        if (known == type && text != type) return label;
    return {};
}

}

std::string agent_event_text(const json::object& event, const Out& out) {
    const auto at = parse_answer_time(answer_text(event, "at"));
    const std::string time = at ? format_time_seconds(*at) : "-";
    const std::string type = answer_text(event, "type");
    const std::string told = trim_end(without_controls(answer_text(event, "text")));
    const std::string text = std::string(event_label(type, told)) + told;
    return out.paint(Out::Style::dim, "[" + time + "]") + " " +
           (type == "error" ? out.paint(Out::Style::red, text) : text) + "\n";
}

std::string session_event_text(const json::object& message, const Out& out) {
    const json::object& event = answer_object(message, "event");
    const std::string indent = answer_text(event, "parent").empty() ? "" : "│ ";
    const std::string time = "[" + local_clock(event) + "]";
    const std::string body = session_body(event, std::string(time.size() + 1, ' ') + indent, out);
    return body.empty() ? std::string() : out.paint(Out::Style::dim, time) + " " + indent + body + "\n";
}

}
