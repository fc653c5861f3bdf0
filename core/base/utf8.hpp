#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace murmur {

/// The length of the UTF-8 sequence at the start of `text`, or 0 when there is no valid one.
std::size_t utf8_sequence_length(std::string_view text) noexcept;

/// The text with every byte that is not UTF-8 replaced by U+FFFD: for JSON, which allows nothing else.
std::string to_valid_utf8(std::string_view text);

/// The text with control characters as \n, \t and \x1b: for complaints, which are one line that a terminal shows as it
/// is.
std::string to_one_line(std::string_view text);

}
