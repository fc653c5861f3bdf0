#include "cli/resource_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "cli/answer_fields.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

/// `workspace "api"`
std::string label_of(std::string_view kind, std::string_view name) {
    return as_one_line(kind) + " \"" + as_one_line(name) + "\"";
}

/// "machine_type_ref" as the head of a column: "MACHINE TYPE REF".
std::string column_head(std::string path) {
    for (char& c : path)
        c = c == '_' || c == '.' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return path;
}

/// The table's text, each line cut to the terminal.
std::string cut_lines(const std::string& text, const Out& out) {
    if (out.width() <= 0) return text;
    std::string cut;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        cut += cut_to_width(std::string_view(text).substr(at, end - at), static_cast<std::size_t>(out.width())) + "\n";
        at = end + 1;
    }
    return cut;
}

Out::Style diff_style(const std::string& sign) {
    if (sign == "+") return Out::Style::green;
    if (sign == "-") return Out::Style::red;
    return sign == "@" ? Out::Style::dim : Out::Style::plain;
}

/// Of something new the text alone: where in it the lines stand is no news.
std::string diff_text(const json::array& lines, bool is_new, const Out& out) {
    std::string text;
    for (const json::value& value : lines) {
        if (!value.is_object()) continue;
        const std::string sign = answer_text(value.get_object(), "sign");
        if (is_new && sign == "@") continue;
        text +=
            out.paint(diff_style(sign), "  " + sign + without_controls(answer_text(value.get_object(), "text"))) + "\n";
    }
    return text;
}

}

std::string change_line(std::string_view verb, std::string_view kind, std::string_view name, std::string_view result) {
    if (result == "unchanged") return label_of(kind, name) + " is unchanged\n";
    return std::string(verb) + " " + label_of(kind, name) + "\n";
}

std::string text_for(const Out& out, const std::string& text) {
    return out.width() > 0 ? without_controls(text) : text;
}

std::string resource_details(const json::object& resource, const Out& out) {
    std::string details;
    const auto add = [&](const std::string& key, const std::string& value) {
        if (!value.empty()) details += key + ":" + std::string(11 - key.size(), ' ') + as_one_line(value) + "\n";
    };
    add("kind", answer_text(resource, "kind"));
    add("name", answer_text(resource, "name"));
    add("owner", answer_text(resource, "owner"));
    add("generation", answer_text(resource, "generation"));
    add("author", answer_text(resource, "author"));
    add("created_at", answer_text(resource, "createdAt"));
    add("updated_at", answer_text(resource, "updatedAt"));
    add("platform", answer_flag(resource, "platform") ? "true (a builtin, which nobody changes)" : "false");
    const std::string text = answer_text(resource, "text");
    return details + (text.empty() ? "" : "\n" + text_for(out, text));
}

std::string resource_table(const json::array& columns, const json::array& rows, bool is_wide, const Out& out) {
    std::vector<std::string> heads = {"NAME"};
    for (const json::value& column : columns)
        if (column.is_string()) heads.push_back(column_head(std::string(column.get_string())));
    const std::size_t cells_end = heads.size();
    if (is_wide) heads.insert(heads.end(), {"GENERATION", "UPDATED", "AUTHOR"});
    Table table(std::move(heads));
    for (const json::value& value : rows) {
        if (!value.is_object()) continue;
        const json::object& row = value.get_object();
        std::vector<std::string> cells = {as_one_line(answer_text(row, "name"))};
        for (const json::value& cell : answer_list(row, "cells"))
            if (cell.is_string() && cells.size() < cells_end) cells.push_back(as_one_line(cell.get_string()));
        cells.resize(cells_end);
        if (is_wide) {
            cells.push_back(answer_flag(row, "platform") ? "builtin" : as_one_line(answer_text(row, "generation")));
            cells.push_back(as_one_line(answer_text(row, "updatedAt")));
            cells.push_back(as_one_line(answer_text(row, "author")));
        }
        table.add(std::move(cells));
    }
    if (table.is_empty()) return {};
    return is_wide ? table.render() : cut_lines(table.render(), out);
}

std::string applied_text(const json::array& changes, bool is_dry_run, const Out& out) {
    std::string text;
    std::array<std::size_t, 3> counts{};
    constexpr std::array<std::string_view, 3> results = {"created", "updated", "unchanged"};
    for (const json::value& value : changes) {
        if (!value.is_object()) continue;
        const json::object& change = value.get_object();
        const std::string result = answer_text(change, "result");
        for (std::size_t i = 0; i < results.size(); ++i) counts[i] += results[i] == result;
        if (result == "unchanged") continue;
        text += out.paint(Out::Style::cyan, label_of(answer_text(change, "kind"), answer_text(change, "name"))) + " " +
                as_one_line(result) + "\n" + diff_text(answer_list(change, "diff"), result == "created", out) + "\n";
    }
    for (std::size_t i = 0; i < results.size(); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(counts[i]) + " " + std::string(results[i]);
    return text + (is_dry_run ? " (dry run: nothing was stored)\n" : "\n");
}

}
