#pragma once

#include <murmur/catalog_kind.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace murmur {

/// The field that a key of a document means: by its name, another spelling (`also`), or the camelCase of either.
const FieldSpec* find_field(const std::vector<FieldSpec>& fields, std::string_view key);

/// `Did you mean "x"?`, or the fields that there are: for a key that is none of them.
std::string field_hint(std::string_view key, const std::vector<FieldSpec>& fields);

/// "repos[0]" and "base_branch" to "repos[0].base_branch".
std::string join_field_path(std::string_view path, std::string_view key);

/// A key, or an index of a list.
using FieldPathStep = std::variant<std::string, std::size_t>;
/// Takes "repos[0].base_branch" apart; nothing when it is no path.
std::optional<std::vector<FieldPathStep>> parse_field_path(std::string_view path);

/// Of a Markdown kind: what the text below the front matter is called.
std::string body_field_name(const CatalogKindSpec& spec);
/// The field that names a resource: "name", or "clone_url".
std::string name_field_of(const CatalogKindSpec& spec);

}
