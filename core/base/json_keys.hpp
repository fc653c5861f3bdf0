#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace murmur {

/// The first key that an object of a JSON text has twice, however it is escaped; parsers keep the last of the two and
/// say nothing. The text must have been parsed without an error before.
std::optional<std::string> find_duplicate_key(std::string_view json_text);

}
