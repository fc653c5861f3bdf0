#pragma once

#include <functional>
#include <map>
#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace murmur {

/// Deeper documents do not come from people.
inline constexpr std::size_t yaml_depth_max = 32;
/// Keeps a few lines of nested aliases from growing without bound.
inline constexpr std::size_t yaml_values_max = 20'000;
/// Names are shorter, and the parser takes no key beyond 1024 characters: this one may be written with escapes.
inline constexpr std::size_t yaml_key_bytes_max = 200;

/// Line and column count from 1; a column is a character, not a byte.
struct YamlPosition {
    int line = 0;
    int column = 0;
};

/// Where a text came from, and how its complaints name places.
struct YamlSource {
    enum class Style {
        file,   ///< "x.yaml:3:1: …"
        stream  ///< "parse stdin: line 3, column 1: …"
    };
    std::string name;
    Style style = Style::file;
    int first_line = 1;  ///< the number of the text's first line

    /// "x.yaml:3:1", or "line 3, column 1".
    std::string where(YamlPosition position) const;
    Error error(YamlPosition position, const std::string& complaint) const;
};

/// One document as JSON values, and where its keys (of mappings) and items (of lists) stood, by path: "a.b[0].c".
struct YamlTree {
    json::value top;
    std::map<std::string, YamlPosition, std::less<>> positions;
};

/// The text without the byte order marks at its start: some editors add one every time.
std::string_view without_byte_order_marks(std::string_view text);

/// Parses one YAML document; an empty one is null.
///
/// Plain scalars follow the YAML 1.2 core schema: `yes` and `no` are strings. Refused, with the position: invalid
/// UTF-8, control characters, tabs in the indentation, deeper nesting than 32 levels, more than 20,000 values or 1 MiB
/// of text after aliases are expanded, duplicate keys, keys that are not scalars or are longer than 200 bytes, merge
/// keys, tags of types that JSON does not have, a second document. Throws invalid_argument.
YamlTree parse_yaml(std::string_view text, const YamlSource& source);

/// A part of a text between lines that begin with `---`.
struct YamlPart {
    std::string_view text;
    int first_line = 1;
};
/// Divides a stream into its documents; what is empty but for comments and directives is left out. Views into `text`.
std::vector<YamlPart> split_yaml_documents(std::string_view text);

/// Whether a line is the divider of documents (and of a front matter): `---`, with nothing but blanks or a comment
/// behind.
bool is_yaml_divider(std::string_view line);

}
