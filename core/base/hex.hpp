#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace murmur {

/// Lower-case hexadecimal digits of the bytes.
std::string to_hex(std::string_view bytes);
/// Nothing when it is not an even number of hexadecimal digits.
std::optional<std::string> from_hex(std::string_view hex);

}
