#pragma once

#include <string>
#include <string_view>

namespace murmur {

/// JSON is YAML but for one thing: it may write a character beyond U+FFFF as two escapes ("\ud83d\ude00"). Replaces
/// those in double-quoted texts of a JSON object by one that YAML knows; any other text comes back as it is.
std::string join_surrogate_escapes(std::string_view text);

}
