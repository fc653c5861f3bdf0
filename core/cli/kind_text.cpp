#include "cli/kind_text.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "cli/answer_fields.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

// Narrower than this a text is not wrapped but left to the terminal.
constexpr std::size_t wrapped_columns_least = 24;

std::string listed(const json::array& words, const std::string& between) {
    std::string text;
    for (const json::value& word : words)
        if (word.is_string()) text += (text.empty() ? "" : between) + as_one_line(word.get_string());
    return text;
}

std::string format_name(const std::string& format) {
    return format == "markdown" ? "Markdown" : format == "yaml" ? "YAML" : as_one_line(format);
}

/// The rows as a table whose last column is wrapped to the terminal.
std::string wrapped_table(std::vector<std::vector<std::string>> rows, const std::string& indent, const Out& out) {
    std::size_t others = indent.size();
    const std::size_t last = rows.front().size() - 1;
    for (std::size_t column = 0; column < last; ++column) {
        std::size_t width = 0;
        for (const auto& row : rows) width = std::max(width, display_width(row[column]));
        others += width + 2;
    }
    const auto width = static_cast<std::size_t>(std::max(0, out.width()));
    const std::size_t room = width >= others + wrapped_columns_least ? width - others : std::string::npos;
    Table table(std::move(rows.front()));
    for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
        std::vector<std::string> lines = wrap_to_width((*row)[last], room);
        (*row)[last] = lines.front();
        table.add(std::move(*row));
        for (std::size_t i = 1; i < lines.size(); ++i) {
            std::vector<std::string> rest(last);
            rest.push_back(std::move(lines[i]));
            table.add(std::move(rest));
        }
    }
    return indented(table.render(), indent);
}

std::string sentence(std::string text) {
    if (text.empty()) return text;
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text.ends_with('.') ? text : text + ".";
}

/// Everything that the other columns do not say.
std::string field_help(const json::object& field, bool required_has_conditions) {
    std::string help;
    const auto add = [&](const std::string& text) {
        if (!text.empty()) help += (help.empty() ? "" : " ") + text;
    };
    add(sentence(as_one_line(answer_text(field, "help"))));
    if (required_has_conditions) add(sentence(as_one_line(answer_text(field, "required"))));
    if (const std::string values = listed(answer_list(field, "values"), ", "); !values.empty())
        add("Values: " + values + ".");
    if (const std::string kinds = listed(answer_list(field, "references"), " or "); !kinds.empty())
        add("Names a resource of kind " + kinds + ".");
    if (answer_flag(field, "writeOnly")) add("Never shown again.");
    return help;
}

std::vector<std::string> field_row(const json::object& field) {
    const std::string required = answer_text(field, "required");
    // Conditions are sentences: they stand with the description.
    std::string needed = required;
    if (required.starts_with("exactly one of") || required.starts_with("at least one of")) needed = "one of";
    if (required.starts_with("when ")) needed = "when";
    if (answer_flag(field, "readOnly")) needed = "read-only";
    return {as_one_line(answer_text(field, "path")), as_one_line(answer_text(field, "type")), as_one_line(needed),
            as_one_line(answer_text(field, "defaultValue")), field_help(field, needed == "one of" || needed == "when")};
}

}

std::string kind_table(const json::array& kinds, const Out& out) {
    std::vector<std::vector<std::string>> rows = {{"KIND", "FORMAT", "DESCRIPTION"}};
    for (const json::value& value : kinds) {
        if (!value.is_object()) continue;
        const json::object& kind = value.get_object();
        rows.push_back({as_one_line(answer_text(kind, "name")), format_name(answer_text(kind, "format")),
                        as_one_line(answer_text(kind, "description"))});
    }
    return wrapped_table(std::move(rows), "", out);
}

std::string kind_details(const json::object& answer, const Out& out) {
    const json::object& kind = answer_object(answer, "kind");
    const std::string name = as_one_line(answer_text(kind, "name"));
    std::string permissions;
    for (const json::value& verb : answer_list(kind, "verbs"))
        if (verb.is_string())
            permissions += (permissions.empty() ? "" : ", ") + name + "." + as_one_line(verb.get_string());
    const bool is_markdown = answer_text(kind, "format") == "markdown";
    std::string text = name + ": " + as_one_line(answer_text(kind, "description")) + "\n\n";
    text += "Format:       " + format_name(answer_text(kind, "format")) + (is_markdown ? " with front matter" : "") +
            (answer_flag(kind, "readOnly") ? ", written by murmur alone" : "") + "\n";
    if (!permissions.empty()) text += "Permissions:  " + permissions + "\n";
    if (const std::string example = without_controls(answer_text(answer, "example")); !example.empty())
        text += "\nThe least that is accepted:\n\n" + indented(example, "    ");
    std::vector<std::vector<std::string>> rows = {{"PATH", "TYPE", "REQUIRED", "DEFAULT", "DESCRIPTION"}};
    for (const json::value& field : answer_list(answer, "fields"))
        if (field.is_object()) rows.push_back(field_row(field.get_object()));
    if (rows.size() > 1)
        text += (is_markdown ? "\nFields of the front matter:\n\n" : "\nFields:\n\n") +
                wrapped_table(std::move(rows), "  ", out);
    return text;
}

}
