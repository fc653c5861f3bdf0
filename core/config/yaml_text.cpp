#include "config/yaml_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>

#include "base/utf8.hpp"
#include "config/yaml_scalar.hpp"

namespace murmur {

namespace {

constexpr std::size_t yaml_indent = 2;

char32_t decode_yaml_character(std::string_view sequence) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
    switch (sequence.size()) {
        case 1: return byte(0);
        case 2: return (byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
        case 3: return (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
        default: return (byte(0) & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
    }
}

/// Whether a character may stand as it is: no control, no line or paragraph separator, no byte order mark.
bool is_yaml_printable(char32_t character) {
    if (character < 0x20 || (character >= 0x7F && character < 0xA0)) return false;
    return character != 0x2028 && character != 0x2029 && character != 0xFEFF && (character & 0xFFFE) != 0xFFFE;
}

/// Whether each character of the text may stand as it is; tabs and newlines only if `in_block`.
bool is_yaml_printable(std::string_view text, bool in_block) {
    while (!text.empty()) {
        const std::size_t length = std::max<std::size_t>(utf8_sequence_length(text), 1);
        const char32_t character = decode_yaml_character(text.substr(0, length));
        if (!is_yaml_printable(character) && !(in_block && (character == '\n' || character == '\t'))) return false;
        text.remove_prefix(length);
    }
    return true;
}

/// Words that YAML 1.1 reads as truth values or as nothing, in any case.
bool is_yaml_word(std::string_view text) {
    constexpr std::array<std::string_view, 10> words = {"y",   "n",    "yes",   "no",   "on",
                                                        "off", "true", "false", "null", "nan"};
    if (text.size() > 5) return false;
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    return std::find(words.begin(), words.end(), lower) != words.end();
}

/// Digits with the signs of numbers, dates and times, and nothing else; also 0x1F and 0o17. What begins with - or .
/// is quoted in any case.
bool looks_like_yaml_number(std::string_view text) {
    if (text.find_first_of("0123456789") == std::string_view::npos) return false;
    if (text[0] != '+' && (text[0] < '0' || text[0] > '9')) return false;
    if (text.starts_with("0x") || text.starts_with("0o") || text.starts_with("0b")) return true;
    // A date with a time is the only one that has letters other than the exponent's.
    return text.find_first_not_of("0123456789.eE+-_:, TZ") == std::string_view::npos;
}

bool is_yaml_plain(std::string_view text, bool in_flow) {
    if (text.empty() || is_yaml_word(text) || looks_like_yaml_number(text)) return false;
    if (!is_yaml_printable(text, false)) return false;
    if (std::string_view("-?:,[]{}#&*!|>'\"%@`~=<. ").find(text[0]) != std::string_view::npos) return false;
    if (text.back() == ' ' || text.back() == ':') return false;
    if (in_flow && text.find_first_of(",[]{}:#\"'?!&*|>%@`") != std::string_view::npos) return false;
    return text.find(": ") == std::string_view::npos && text.find(" #") == std::string_view::npos;
}

std::string quoted_yaml(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string quoted = "\"";
    while (!text.empty()) {
        const std::size_t length = std::max<std::size_t>(utf8_sequence_length(text), 1);
        const char32_t character = decode_yaml_character(text.substr(0, length));
        if (character == '"' || character == '\\') {
            quoted += {'\\', static_cast<char>(character)};
        } else if (character == '\n') {
            quoted += "\\n";
        } else if (character == '\t') {
            quoted += "\\t";
        } else if (is_yaml_printable(character)) {
            quoted += text.substr(0, length);
        } else {
            const int count = character < 0x100 ? 2 : character < 0x10000 ? 4 : 8;
            quoted += count == 2 ? "\\x" : count == 4 ? "\\u" : "\\U";
            for (int i = count - 1; i >= 0; --i) quoted += digits[character >> (4 * i) & 15];
        }
        text.remove_prefix(length);
    }
    return quoted + "\"";
}

/// Whether the text can be a block whose indentation is that of its first line: it begins with a visible character, and
/// no blanks stand at its end.
bool is_yaml_block(std::string_view text) {
    if (text.find('\n') == std::string_view::npos || !is_yaml_printable(text, true)) return false;
    const std::size_t last = text.find_last_not_of('\n');
    return last != std::string_view::npos && text[last] != ' ' && text[last] != '\t' && text[0] != '\n' &&
           text[0] != ' ' && text[0] != '\t';
}

std::string yaml_block(std::string_view text, std::size_t indent) {
    std::size_t newlines = 0;
    while (text.ends_with('\n')) {
        text.remove_suffix(1);
        ++newlines;
    }
    std::string block = newlines == 0 ? "|-" : newlines == 1 ? "|" : "|+";
    for (;;) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        block += "\n";
        if (!line.empty()) block.append(indent, ' ').append(line);
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    if (newlines > 1) block.append(newlines - 1, '\n');
    return block;
}

std::string yaml_string(std::string_view text, std::size_t indent) {
    if (is_yaml_plain(text, false)) return std::string(text);
    return is_yaml_block(text) ? yaml_block(text, indent) : quoted_yaml(text);
}

std::string yaml_key(std::string_view key, bool in_flow) {
    return is_yaml_plain(key, in_flow) ? std::string(key) : quoted_yaml(key);
}

std::string yaml_scalar(const json::value& value, std::size_t indent) {
    if (value.is_string()) return yaml_string(value.get_string(), indent);
    if (value.is_double()) return yaml_number_text(value.get_double());
    return json::serialize(value);
}

bool is_yaml_branch(const json::value& value) {
    return (value.is_object() && !value.get_object().empty()) || (value.is_array() && !value.get_array().empty());
}

void append_yaml(std::string& text, const json::value& value, std::size_t indent, bool indent_first);

void append_yaml_member(std::string& text, std::string_view key, const json::value& value, std::size_t indent) {
    text += yaml_key(key, false) + ":";
    if (is_yaml_branch(value)) {
        text += "\n";
        append_yaml(text, value, indent + yaml_indent, true);
    } else {
        text += " " + yaml_scalar(value, indent + yaml_indent) + "\n";
    }
}

/// A mapping or list that is not empty. `indent_first`: false when its first line continues one that is begun.
void append_yaml(std::string& text, const json::value& value, std::size_t indent, bool indent_first) {
    if (value.is_object()) {
        for (const auto& member : value.get_object()) {
            if (indent_first) text.append(indent, ' ');
            indent_first = true;
            append_yaml_member(text, member.key(), member.value(), indent);
        }
        return;
    }
    for (const json::value& item : value.get_array()) {
        if (indent_first) text.append(indent, ' ');
        indent_first = true;
        text += "- ";
        if (is_yaml_branch(item))
            append_yaml(text, item, indent + yaml_indent, false);
        else
            text += yaml_scalar(item, indent + yaml_indent) + "\n";
    }
}

}

std::string yaml_text(const json::object& object) {
    std::string text;
    if (!object.empty()) append_yaml(text, object, 0, true);
    return text;
}

std::string yaml_flow_text(const json::value& value) {
    std::string text;
    if (value.is_object()) {
        for (const auto& member : value.get_object())
            text += (text.empty() ? "" : ", ") + yaml_key(member.key(), true) + ": " + yaml_flow_text(member.value());
        return "{" + text + "}";
    }
    if (value.is_array()) {
        for (const json::value& item : value.get_array()) text += (text.empty() ? "" : ", ") + yaml_flow_text(item);
        return "[" + text + "]";
    }
    if (!value.is_string()) return yaml_scalar(value, 0);
    return is_yaml_plain(value.get_string(), true) ? std::string(value.get_string()) : quoted_yaml(value.get_string());
}

std::string yaml_number_text(double number) {
    std::array<char, 32> buffer;
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    std::string text(buffer.data(), written.ptr);
    // Without a point it would be read as a text, or as a whole number.
    if (text.find('.') == std::string::npos) {
        const std::size_t exponent = text.find('e');
        text.insert(exponent == std::string::npos ? text.size() : exponent, ".0");
    }
    return text;
}

}
