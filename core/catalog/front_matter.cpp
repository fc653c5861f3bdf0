#include "catalog/front_matter.hpp"

namespace murmur {

FrontMatter split_front_matter(std::string_view text, const YamlSource& source) {
    const std::size_t first_end = text.find('\n');
    if (!is_yaml_divider(text.substr(0, first_end))) return {false, {}, text};
    const std::size_t begin = first_end == std::string_view::npos ? text.size() : first_end + 1;
    for (std::size_t at = begin; at < text.size();) {
        std::size_t end = text.find('\n', at);
        if (end == std::string_view::npos) end = text.size();
        if (is_yaml_divider(text.substr(at, end - at)))
            return {true, text.substr(begin, at - begin), text.substr(std::min(end + 1, text.size()))};
        at = end + 1;
    }
    throw source.error({source.first_line, 1}, "the front matter that begins here is not closed")
        .with_hint("Put a line --- behind its last field.");
}

std::string join_front_matter(std::string_view yaml, std::string_view body) {
    std::string text = "---\n";
    text.append(yaml);
    if (!yaml.empty() && yaml.back() != '\n') text += "\n";
    return text.append("---\n").append(body);
}

}
