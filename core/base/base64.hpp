#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace murmur {

/// The standard alphabet of RFC 4648, section 4.
std::string to_base64(std::string_view bytes, bool padded = true);
/// With or without padding; nothing when a character is none of the alphabet.
std::optional<std::string> from_base64(std::string_view text);

}
