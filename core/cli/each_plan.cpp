#include "cli/each_plan.hpp"

#include <map>
#include <set>

#include "base/utf8.hpp"
#include "cli/arguments.hpp"
#include "cli/spawn_request.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

constexpr std::size_t slug_part_max = 60;
// Of the whole slug: it is a DNS label.
constexpr std::size_t slug_max = 63;
constexpr std::string_view placeholder = "{}";

struct Line {
    std::size_t number;
    std::string text;
};

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r") == std::string_view::npos; }

std::vector<Line> split_lines(std::string_view input, const std::string& delimiter) {
    std::vector<Line> lines;
    for (std::size_t at = 0, number = 1; at < input.size(); ++number) {
        const std::size_t end = std::min(input.find(delimiter, at), input.size());
        std::string_view line = input.substr(at, end - at);
        if (delimiter == "\n" && line.ends_with('\r')) line.remove_suffix(1);
        if (!is_blank(line)) lines.push_back({number, std::string(line)});
        at = end + delimiter.size();
    }
    return lines;
}

std::string filled(const std::string& pattern, std::string_view value) {
    std::string text;
    std::size_t from = 0;
    for (std::size_t at = pattern.find(placeholder); at != std::string::npos; at = pattern.find(placeholder, from)) {
        text.append(pattern, from, at - from).append(value);
        from = at + placeholder.size();
    }
    return text.append(pattern, from);
}

std::string at_line(const Line& line) { return "line " + std::to_string(line.number); }

/// The slug with a number behind it that no other has, within the length of a slug.
std::string numbered(const std::string& slug, const std::set<std::string>& taken) {
    for (std::size_t number = 2;; ++number) {
        const std::string ending = "-" + std::to_string(number);
        std::string candidate = slug.substr(0, slug_max - ending.size()) + ending;
        if (!taken.contains(candidate)) return candidate;
    }
}

void check_line_slug(const std::string& slug, const Line& line) {
    try {
        check_slug(slug);
    } catch (const Error& error) {
        throw usage_error(at_line(line) + " gives the " + error.message())
            .with_hint("Begin the template with a letter, and use only lower case, digits and dashes: \"fix-{}\".");
    }
}

}

std::string parse_delimiter(const std::string& text) {
    if (text.empty())
        throw usage_error("-d is empty").with_hint("Give what stands between the items: -d , or -d '\\0'.");
    std::string delimiter;
    for (std::size_t i = 0; i < text.size(); ++i) {
        static constexpr std::string_view names = "0ntr\\";
        static constexpr std::string_view meanings{"\0\n\t\r\\", 5};
        const std::size_t found = text[i] == '\\' && i + 1 < text.size() ? names.find(text[i + 1]) : std::string::npos;
        delimiter += found == std::string::npos ? text[i] : meanings[found];
        if (found != std::string::npos) ++i;
    }
    return delimiter;
}

std::string slug_part(std::string_view line) {
    std::string part;
    while (!line.empty() && part.size() < slug_part_max) {
        const char c = line.front();
        const bool is_upper = c >= 'A' && c <= 'Z';
        const bool is_kept = is_upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        part += is_upper ? static_cast<char>(c - 'A' + 'a') : is_kept ? c : '-';
        line.remove_prefix(std::max<std::size_t>(1, utf8_sequence_length(line)));
    }
    return part;
}

std::vector<EachItem> plan_each(std::string_view input, const std::string& delimiter, const std::string& slug_template,
                                const std::string& description_template) {
    const std::vector<Line> lines = split_lines(input, delimiter);
    if (lines.size() > 1 && slug_template.find(placeholder) == std::string::npos)
        throw usage_error("the slug template \"" + slug_template + "\" has no {}, so all agents would have one slug")
            .with_hint("Put {} where the line belongs: \"" + slug_template + "-{}\".");
    std::map<std::string_view, const Line*> seen;
    std::set<std::string> taken;
    std::vector<EachItem> items;
    for (const Line& line : lines) {
        if (const auto [known, is_new] = seen.emplace(line.text, &line); !is_new)
            throw usage_error(at_line(line) + " is the same as " + at_line(*known->second) + ": \"" +
                              as_one_line(line.text) + "\"")
                .with_hint("Give each line once, for example with sort -u.");
        if (to_valid_utf8(line.text) != line.text)
            throw usage_error(at_line(line) + " is not UTF-8 text").with_hint("Convert it, for example with iconv.");
        std::string slug = filled(slug_template, slug_part(line.text)).substr(0, slug_max);
        check_line_slug(slug, line);
        if (taken.contains(slug)) slug = numbered(slug, taken);
        taken.insert(slug);
        items.push_back({std::move(slug), filled(description_template, line.text)});
    }
    return items;
}

std::string each_table(const std::vector<EachItem>& items) {
    std::size_t width = 0;
    for (const EachItem& item : items) width = std::max(width, item.slug.size());
    std::string text;
    for (const EachItem& item : items)
        text += item.slug + std::string(width - item.slug.size() + 2, ' ') + as_one_line(item.description) + "\n";
    return text + "(" + std::to_string(items.size()) + (items.size() == 1 ? " agent)\n" : " agents)\n");
}

}
