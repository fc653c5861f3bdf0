#include "catalog/json_text.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

namespace murmur {

namespace {

/// The number of "\uXXXX" at the start of the text.
std::optional<std::uint32_t> unicode_escape(std::string_view text) {
    if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
    std::uint32_t number = 0;
    const auto parsed = std::from_chars(text.data() + 2, text.data() + 6, number, 16);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + 6) return std::nullopt;
    return number;
}

std::string long_escape(std::uint32_t character) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string escape = "\\U";
    for (int shift = 28; shift >= 0; shift -= 4) escape += digits[character >> shift & 15];
    return escape;
}

}

std::string join_surrogate_escapes(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || text[first] != '{' || text.find("\\u") == std::string_view::npos)
        return std::string(text);
    std::string joined;
    joined.reserve(text.size());
    bool quoted = false;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '"') quoted = !quoted;
        if (text[at] != '\\' || !quoted) {
            joined += text[at++];
            continue;
        }
        const auto high = unicode_escape(text.substr(at));
        const auto low = high && *high >= 0xD800 && *high < 0xDC00 ? unicode_escape(text.substr(at + 6)) : std::nullopt;
        if (low && *low >= 0xDC00 && *low < 0xE000) {
            joined += long_escape(0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00));
            at += 12;
        } else {
            joined += text.substr(at, 2);
            at += 2;
        }
    }
    return joined;
}

}
