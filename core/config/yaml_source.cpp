#include "base/utf8.hpp"
#include "config/yaml_tree.hpp"

namespace murmur {

namespace {

bool is_blank_or_comment(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    return first == std::string_view::npos || line[first] == '#' || line[0] == '%';
}

bool has_content(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (!is_blank_or_comment(text.substr(0, end))) return true;
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return false;
}

}

std::string YamlSource::where(YamlPosition position) const {
    const std::string line = std::to_string(position.line), column = std::to_string(position.column);
    return style == Style::file ? name + ":" + line + ":" + column : "line " + line + ", column " + column;
}

Error YamlSource::error(YamlPosition position, const std::string& complaint) const {
    const std::string place = position.line == 0 ? (style == Style::file ? name : std::string()) : where(position);
    const std::string prefix = style == Style::file ? "" : "parse " + name + ": ";
    return Error(Errc::invalid_argument, prefix + place + (place.empty() ? "" : ": ") + to_one_line(complaint));
}

bool is_yaml_divider(std::string_view line) {
    if (!line.starts_with("---")) return false;
    line.remove_prefix(3);
    const std::size_t first = line.find_first_not_of(" \t\r");
    return first == std::string_view::npos || (first > 0 && line[first] == '#');
}

std::vector<YamlPart> split_yaml_documents(std::string_view text) {
    std::vector<YamlPart> parts;
    std::size_t begin = 0;  // of the part that is being read
    int begin_line = 1, line_number = 1;
    const auto finish = [&](std::size_t end) {
        const std::string_view part = text.substr(begin, end - begin);
        if (has_content(part)) parts.push_back({part, begin_line});
    };
    for (std::size_t at = 0; at < text.size(); ++line_number) {
        std::size_t end = text.find('\n', at);
        if (end == std::string_view::npos) end = text.size();
        const std::string_view line = text.substr(at, end - at);
        // "--- value" begins a document too, and its first value stands in that line: the line is kept.
        const bool divides = is_yaml_divider(line);
        if (divides || line.starts_with("--- ") || line.starts_with("---\t")) {
            finish(at);
            begin = divides ? std::min(end + 1, text.size()) : at;
            begin_line = divides ? line_number + 1 : line_number;
        }
        at = end + 1;
    }
    finish(text.size());
    return parts;
}

}
