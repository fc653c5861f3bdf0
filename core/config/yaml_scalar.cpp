#include "config/yaml_scalar.hpp"

#include <cctype>
#include <charconv>
#include <cmath>

#include "base/utf8.hpp"
#include "config/yaml_tree.hpp"

namespace murmur {

namespace {

std::string hexadecimal_byte(unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    return {'0', 'x', digits[byte >> 4], digits[byte & 15]};
}

}

json::value yaml_plain_value(std::string_view text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    const std::size_t first = text[0] == '-' || text[0] == '+' ? 1 : 0;
    if (first == text.size() || text.find_first_not_of("0123456789.eE+-", first) != std::string_view::npos)
        return json::string(text);
    const bool leading_zero = text.size() > first + 1 && text[first] == '0' && text[first + 1] != '.';
    if (leading_zero || !std::isdigit(static_cast<unsigned char>(text[first]))) return json::string(text);
    const char* begin = text.data() + (text[0] == '+' ? 1 : 0);
    const char* end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto parsed = std::from_chars(begin, end, whole); parsed.ec == std::errc() && parsed.ptr == end)
        return whole;
    std::uint64_t large = 0;
    if (const auto parsed = std::from_chars(begin, end, large); parsed.ec == std::errc() && parsed.ptr == end)
        return large;
    double fraction = 0;
    if (const auto parsed = std::from_chars(begin, end, fraction); text.find('.') != std::string_view::npos &&
                                                                   parsed.ec == std::errc() && parsed.ptr == end &&
                                                                   std::isfinite(fraction))
        return fraction;
    return json::string(text);
}

void check_yaml_characters(std::string_view text, const YamlSource& source) {
    YamlPosition position{source.first_line, 1};
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text[0]);
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0)
            throw source.error(position, "not UTF-8 (byte " + hexadecimal_byte(byte) + ")")
                .with_hint("Save the text as UTF-8.");
        if (byte == 0) throw source.error(position, "a NUL character: this is not a text");
        if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r')
            throw source.error(position, "a control character (" + hexadecimal_byte(byte) + ")")
                .with_hint("In double quotes, write \\x and its two hexadecimal digits.");
        text.remove_prefix(length);
        ++position.column;
        if (byte == '\n') position = {position.line + 1, 1};
    }
}

}
