#include "catalog/field_paths.hpp"

#include <cctype>
#include <charconv>
#include <murmur/nearest.hpp>

namespace murmur {

namespace {

// An index beyond this is a slip of the finger.
constexpr std::size_t path_index_digits_max = 6;

/// The name itself, or its camelCase; without making that, as each key is compared with many names.
bool is_spelling_of(std::string_view name, std::string_view key) {
    if (key == name) return true;
    std::size_t at = 0;
    bool upper = false;
    for (const char c : name) {
        if (c != '_') {
            const char wanted = upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
            if (at == key.size() || key[at++] != wanted) return false;
        }
        upper = c == '_';
    }
    return at == key.size();
}

}

const FieldSpec* find_field(const std::vector<FieldSpec>& fields, std::string_view key) {
    for (const FieldSpec& field : fields) {
        if (is_spelling_of(field.name, key)) return &field;
        for (const std::string& other : field.also)
            if (is_spelling_of(other, key)) return &field;
    }
    return nullptr;
}

std::string field_hint(std::string_view key, const std::vector<FieldSpec>& fields) {
    std::vector<std::string> names;
    for (const FieldSpec& field : fields)
        if (!field.read_only) names.push_back(field.name);
    if (const std::string meant = did_you_mean(key, names); !meant.empty()) return meant;
    if (names.empty()) return "There are no fields here: write {}.";
    std::string hint = "Known here:";
    for (const std::string& name : names) hint += (&name == &names.front() ? " " : ", ") + name;
    return hint + ".";
}

std::string join_field_path(std::string_view path, std::string_view key) {
    return path.empty() ? std::string(key) : std::string(path) + "." + std::string(key);
}

std::optional<std::vector<FieldPathStep>> parse_field_path(std::string_view path) {
    std::vector<FieldPathStep> steps;
    for (bool first = true; first || !path.empty(); first = false) {
        if (!path.empty() && path[0] == '[' && !first) {
            const std::size_t end = path.find(']');
            if (end == std::string_view::npos || end < 2 || end > path_index_digits_max + 1) return std::nullopt;
            std::size_t index = 0;
            const auto parsed = std::from_chars(path.data() + 1, path.data() + end, index);
            if (parsed.ec != std::errc() || parsed.ptr != path.data() + end) return std::nullopt;
            steps.emplace_back(index);
            path.remove_prefix(end + 1);
            continue;
        }
        if (!first) {
            if (path[0] != '.') return std::nullopt;
            path.remove_prefix(1);
        }
        const std::size_t end = std::min(path.find_first_of(".["), path.size());
        if (end == 0) return std::nullopt;
        steps.emplace_back(std::string(path.substr(0, end)));
        path.remove_prefix(end);
    }
    return steps;
}

std::string body_field_name(const CatalogKindSpec& spec) { return spec.body_field.empty() ? "body" : spec.body_field; }

std::string name_field_of(const CatalogKindSpec& spec) {
    return spec.name_rule == NameRule::clone_url ? "clone_url" : "name";
}

}
