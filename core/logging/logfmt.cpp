#include "logging/logfmt.hpp"

#include <cstddef>

#include "base/utf8.hpp"

namespace murmur {

namespace {

// A line that holds a whole prompt or a whole diff helps nobody and fills the disk.
constexpr std::size_t log_value_bytes_max = 8 << 10;

bool is_key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
}

/// The length of the character at the start of `text` if it may stand in a log as it is, else 0.
std::size_t printable_length(std::string_view text) {
    const std::size_t length = utf8_sequence_length(text);
    // U+0080 to U+009F are control characters that some terminals obey.
    const bool is_control = length == 2 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0;
    return is_control ? 0 : length;
}

bool needs_quotes(std::string_view value) {
    if (value.empty()) return true;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= ' ' || byte >= 0x7F || c == '"' || c == '=' || c == '\\') return true;
    }
    return false;
}

void append_byte_escape(std::string& line, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    line += "\\x";
    line += digits[byte >> 4];
    line += digits[byte & 15];
}

void append_quoted(std::string& line, std::string_view value) {
    line += '"';
    while (!value.empty()) {
        const char c = value.front();
        std::size_t length = 1;
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (c == '\n') {
            line += "\\n";
        } else if (c == '\t') {
            line += "\\t";
        } else if (c == '\r') {
            line += "\\r";
        } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) {
            append_byte_escape(line, static_cast<unsigned char>(c));
        } else if (const std::size_t sequence = printable_length(value); sequence == 0) {
            append_byte_escape(line, static_cast<unsigned char>(c));
        } else {
            length = sequence;
            line += value.substr(0, length);
        }
        value.remove_prefix(length);
    }
    line += '"';
}

std::string_view cut(std::string_view value) {
    if (value.size() <= log_value_bytes_max) return value;
    std::size_t end = log_value_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;  // not inside a character
    return value.substr(0, end);
}

}

void append_logfmt(std::string& line, std::string_view key, std::string_view value) {
    line += ' ';
    if (key.empty()) line += '_';
    for (const char c : key) line += is_key_character(c) ? c : '_';
    line += '=';
    const std::string_view kept = cut(value);
    if (needs_quotes(kept))
        append_quoted(line, kept);
    else
        line += kept;
    if (kept.size() < value.size()) {
        line += ' ';
        line += "cut_bytes=";
        line += std::to_string(value.size() - kept.size());
    }
}

}
