#pragma once

#include <murmur/json.hpp>
#include <string>
#include <string_view>

namespace murmur {

/// A plain scalar (one without quotes) by the YAML 1.2 core schema. What only looks like a number (1.2.3, 0755, 12
/// digits of a hash) stays text. An empty one, `null` and `~` are null.
json::value yaml_plain_value(std::string_view text);

struct YamlSource;
/// Throws the error for the first place in `text` that no YAML may have: invalid UTF-8, or a control character.
void check_yaml_characters(std::string_view text, const YamlSource& source);

}
