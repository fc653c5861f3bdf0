#pragma once

#include <string>
#include <vector>

#include "catalog/kind_registry.hpp"

namespace murmur {

/// What `murmur get` prints and `murmur set` accepts: YAML in snake_case, strings quoted where another reader would
/// take them for something else, longer texts as blocks.
std::string to_yaml(const json::object& body);
/// Front matter and text, from the fields of a Markdown kind.
std::string to_markdown(const CatalogKindSpec& spec, const json::object& body);
/// The body as the API writes it: keys of fields in camelCase (names in maps stay).
json::object to_api_json(const CatalogKindSpec& spec, const json::object& body);

/// A table's cells for `spec.columns`, as text. A list of objects is their number; "repos[].clone_url" is each one's.
std::vector<std::string> column_values(const CatalogKindSpec& spec, const json::object& body);

/// The JSON Schema (draft 2020-12) of what a user writes: for editors.
json::object json_schema(const CatalogKindSpec& spec);
/// The kind's part of the reference page.
std::string documentation(const CatalogKindSpec& spec);

/// One line of a difference between two texts; sign and text together are a line of a unified diff.
struct DiffLine {
    char sign = ' ';  ///< '+', '-' or ' '; '@' of a title ("@@ -3,7 +3,8 @@"); '\\' of a remark about the line before
    std::string text;
};
/// Line by line, with three lines around each change; empty when the texts are the same.
std::vector<DiffLine> diff_lines(const std::string& before, const std::string& after);

}
