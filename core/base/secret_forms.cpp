#include "base/secret_forms.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/base64.hpp"
#include "base/hex.hpp"
#include "base/redactor.hpp"

namespace murmur {

namespace {

using Forms = std::vector<std::string>;

// Where base64, openssl and xxd break their lines.
constexpr std::size_t base64_columns[] = {64, 76};
constexpr std::size_t hex_columns[] = {60, 64};

std::string with_replaced(std::string text, char from, char to) {
    std::replace(text.begin(), text.end(), from, to);
    return text;
}

std::string in_upper_case(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

/// The base64 digits that depend on nothing but `value` when `before` bytes stand in front of it.
std::string aligned_base64(std::string_view value, std::size_t before) {
    const std::string text = to_base64(std::string(before, '\0') + std::string(value) + std::string(2, '\0'));
    const std::size_t begin = (before * 8 + 5) / 6, end = (before + value.size()) * 8 / 6;
    return text.substr(begin, end - begin);
}

void add_lines(Forms& forms, const std::string& text, std::size_t columns, std::size_t least) {
    if (text.size() <= columns) return;
    for (std::size_t at = 0; at < text.size(); at += columns)
        if (std::string line = text.substr(at, columns); line.size() >= least) forms.push_back(std::move(line));
}

void add_base64(Forms& forms, std::string_view value) {
    for (const std::size_t before : {0u, 1u, 2u}) {
        const std::string text = aligned_base64(value, before);
        forms.push_back(text);
        forms.push_back(with_replaced(with_replaced(text, '+', '-'), '/', '_'));
    }
    constexpr std::size_t least = (Redactor::value_bytes_least * 8 + 5) / 6;
    for (const std::size_t columns : base64_columns) add_lines(forms, aligned_base64(value, 0), columns, least);
}

void add_hex(Forms& forms, std::string_view value) {
    const std::string lower = to_hex(value), upper = in_upper_case(lower);
    for (const std::string& text : {lower, upper}) {
        forms.push_back(text);
        for (const std::size_t columns : hex_columns) add_lines(forms, text, columns, Redactor::value_bytes_least * 2);
    }
}

std::string url_encoded(std::string_view value, std::string_view kept, bool lower_case) {
    std::string out;
    for (const char c : value) {
        const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        const std::string digits = to_hex({&c, 1});
        if (is_word || (c != '\0' && kept.find(c) != std::string_view::npos))
            out.push_back(c);
        else
            out += "%" + (lower_case ? digits : in_upper_case(digits));
    }
    return out;
}

void add_url(Forms& forms, std::string_view value) {
    // RFC 3986; JavaScript's encodeURIComponent and encodeURI; HTML forms. Paths keep their slashes.
    for (const char* kept : {"-._~", "-_.!~*'()", ";/?:@&=+$,#-_.!~*'()", "*-._", "-._~/"})
        for (const bool lower_case : {false, true}) {
            std::string text = url_encoded(value, kept, lower_case);
            for (std::size_t at = 0;
                 std::strcmp(kept, "*-._") == 0 && (at = text.find("%20", at)) != std::string::npos;)
                text.replace(at, 3, "+");
            forms.push_back(std::move(text));
        }
}

/// The next character; a byte that is no UTF-8 by itself.
char32_t take_character(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    char32_t character = length == 1 ? first : first & (0x7Fu >> length);
    if (text.size() < length) {
        text.remove_prefix(1);
        return first;
    }
    for (std::size_t i = 1; i < length; ++i) character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
    text.remove_prefix(length);
    return character;
}

std::string unicode_escape(char32_t unit, bool upper_case) {
    const char bytes[] = {static_cast<char>(unit >> 8), static_cast<char>(unit & 0xFF)};
    const std::string digits = to_hex({bytes, 2});
    return "\\u" + (upper_case ? in_upper_case(digits) : digits);
}

struct JsonStyle {
    bool slashes = false;  ///< "\/"
    bool ascii = false;    ///< everything else as \uXXXX
    bool upper_case = false;
};

std::string json_escaped(std::string_view text, JsonStyle style) {
    static constexpr std::string_view special = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
    std::string out;
    while (!text.empty()) {
        const char c = text[0];
        const std::size_t known = special.find(c);
        const bool is_control = static_cast<unsigned char>(c) < 0x20;
        if (known != std::string_view::npos) {
            out.append({'\\', letters[known]});
        } else if (c == '/' && style.slashes) {
            out += "\\/";
        } else if (is_control || (style.ascii && static_cast<unsigned char>(c) >= 0x7F)) {
            const char32_t character = take_character(text);
            if (character > 0xFFFF) out += unicode_escape(0xD800 + ((character - 0x10000) >> 10), style.upper_case);
            out += unicode_escape(character > 0xFFFF ? 0xDC00 + (character & 0x3FF) : character, style.upper_case);
            continue;
        } else {
            out.push_back(c);
        }
        text.remove_prefix(1);
    }
    return out;
}

void add_json(Forms& forms, std::string_view value) {
    for (const bool slashes : {false, true})
        for (const auto& [ascii, upper_case] :
             {std::pair(false, false), std::pair(true, false), std::pair(true, true)}) {
            std::string once = json_escaped(value, {slashes, ascii, upper_case});
            forms.push_back(json_escaped(once, {}));  // JSON text within JSON
            forms.push_back(std::move(once));
        }
}

void add_forms(Forms& forms, std::string_view value) {
    if (value.size() < Redactor::value_bytes_least) return;
    forms.emplace_back(value);
    add_base64(forms, value);
    add_hex(forms, value);
    add_url(forms, value);
    add_json(forms, value);
}

}

std::vector<std::string> secret_forms(std::string_view value) {
    Forms forms;
    add_forms(forms, value);
    if (value.find('\n') == std::string_view::npos) return forms;
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t end = std::min(value.find('\n', at), value.size());
        std::string_view line = value.substr(at, end - at);
        if (line.ends_with('\r')) line.remove_suffix(1);
        add_forms(forms, line);
        at = end + 1;
    }
    return forms;
}

}
