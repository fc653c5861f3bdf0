#pragma once

#include <string_view>

namespace murmur {

/// Whether a path matches a pattern, both with "/" between their parts and relative to the same folder.
///
/// Within a part: `*` is any characters, `?` is one, `[a-z]` one of them, `[^a-z]` one of the others, and "\" takes the
/// meaning off the next character. `**` crosses parts: `**/x` is an x at any depth, the top included, `a/**` all below
/// a. Time is the product of both lengths at worst. A pattern that check_glob() refuses matches nothing.
bool glob_matches(std::string_view pattern, std::string_view path);

/// Throws invalid_argument for an empty pattern, one that begins with "/", a "[" without its end, a "\" at the end, and
/// one that is longer than any path.
void check_glob(std::string_view pattern);

}
