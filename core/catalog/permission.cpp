#include "catalog/permission.hpp"

#include <algorithm>
#include <murmur/error.hpp>

namespace murmur {

namespace {

bool is_permission_word(std::string_view word) {
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !word.empty() && is_lower(word.front()) && std::all_of(word.begin(), word.end(), [&](char c) {
        return is_lower(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

[[noreturn]] void throw_invalid(std::string_view text, const char* hint) {
    throw Error(Errc::invalid_argument, "invalid permission \"" + std::string(text) + R"(": must be "{kind}.{verb}")")
        .with_hint(hint);
}

/// The text before and behind the dot; both empty when there is not exactly one.
std::pair<std::string_view, std::string_view> split_at_dot(std::string_view text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return {};
    return {text.substr(0, dot), text.substr(dot + 1)};
}

}

Permission parse_permission(std::string_view text) {
    const auto [kind, verb] = split_at_dot(text);
    if (!is_permission_word(kind) || !is_permission_word(verb))
        throw_invalid(text, "For example agent.read; what a kind's verbs are says murmur describe KIND.");
    return {std::string(kind), std::string(verb)};
}

PermissionPattern parse_permission_pattern(std::string_view text) {
    if (text == "*") return {"*", "*"};
    const auto [kind, verb] = split_at_dot(text);
    if ((kind != "*" && !is_permission_word(kind)) || (verb != "*" && !is_permission_word(verb)))
        throw_invalid(text, "For example agent.read; \"*\" may stand for the kind, the verb or both.");
    return {std::string(kind), std::string(verb)};
}

}
