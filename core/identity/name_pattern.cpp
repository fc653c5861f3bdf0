#include "identity/name_pattern.hpp"

#include <murmur/error.hpp>

namespace murmur {

NamePattern::NamePattern(std::string_view text) {
    if (text.ends_with('*')) {
        is_open_ = true;
        text.remove_suffix(1);
    }
    while (!text.empty()) {
        const std::size_t begin = text.find("${");
        if (begin != 0) parts_.push_back({Part::Kind::text, std::string(text.substr(0, begin))});
        if (begin == std::string_view::npos) return;
        const std::size_t end = text.find('}', begin);
        const std::string_view variable =
            end == std::string_view::npos ? text.substr(begin) : text.substr(begin, end + 1 - begin);
        if (variable != "${provider}" && variable != "${username}")
            throw Error(Errc::invalid_argument, "unknown variable " + std::string(variable) + " in name_pattern")
                .with_hint("There are ${provider} and ${username}.");
        parts_.push_back({variable == "${provider}" ? Part::Kind::provider : Part::Kind::username, {}});
        text.remove_prefix(end + 1);
    }
}

bool NamePattern::matches(std::string_view name, const Variables& variables) const {
    for (const Part& part : parts_) {
        const std::string_view value = value_of(part, variables);
        // A caller without a name is nobody's namesake.
        if (value.empty() || !name.starts_with(value)) return false;
        name.remove_prefix(value.size());
    }
    return is_open_ || name.empty();
}

std::string NamePattern::text(const Variables& variables) const {
    std::string text;
    for (const Part& part : parts_) text += value_of(part, variables);
    return is_open_ ? text + "*" : text;
}

std::string_view NamePattern::value_of(const Part& part, const Variables& variables) {
    if (part.kind == Part::Kind::text) return part.text;
    return part.kind == Part::Kind::provider ? variables.provider : variables.username;
}

}
