#pragma once

#include <functional>
#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/kind_registry.hpp"

namespace murmur {

/// A resource as somebody wrote it, before it is checked: fields as given, and where each of them stood.
struct SourceDocument {
    json::object fields;                 ///< of Markdown: the front matter, and the text under `spec.body_field`
    std::optional<std::string> content;  ///< of Markdown: the whole text as it was given
    /// Where a path stands: "line 4, column 3", or with a file "workspaces/api.yaml:4:3"; empty when it is not known.
    std::function<std::string(const std::string& path)> where = [](const std::string&) { return std::string(); };
};

/// Reads one resource from text: YAML or JSON (which is YAML), or, for a Markdown kind, Markdown with front matter; a
/// JSON object is taken for a Markdown kind too. `source` names the text in complaints and may be empty.
/// Throws invalid_argument with the line: bad syntax, invalid UTF-8, duplicate keys, tabs, aliases beyond the limits,
/// more than `document_bytes_max`, and so on.
SourceDocument parse_resource(const CatalogKindSpec& spec, std::string_view text, const std::string& source);

/// A document of a stream: which kind and name it says it is, by its keys `kind` and `name` (or what names the kind).
struct StreamDocument {
    std::string kind;
    SourceDocument document;
};
/// Reads YAML documents divided by `---`, each with a key `kind`. A Markdown text is one document; of nothing, and of
/// comments alone, there is none.
/// `default_kind` (of the folder that the file lies in) is taken when there is no `kind`; empty: it is required.
std::vector<StreamDocument> parse_stream(const KindRegistry& kinds, std::string_view text, const std::string& source,
                                         const std::string& default_kind);

inline constexpr std::size_t document_bytes_max = std::size_t{1} << 20;

}
