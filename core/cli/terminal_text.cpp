#include "cli/terminal_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace murmur {

namespace {

struct CodeRange {
    std::uint32_t first, last;
};

// Characters that join the one before, or show nothing.
constexpr std::array<CodeRange, 9> zero_width_ranges = {{{0x0300, 0x036F},
                                                         {0x0483, 0x0489},
                                                         {0x0591, 0x05BD},
                                                         {0x064B, 0x065F},
                                                         {0x200B, 0x200F},
                                                         {0x20D0, 0x20FF},
                                                         {0xFE00, 0xFE0F},
                                                         {0xFE20, 0xFE2F},
                                                         {0xE0100, 0xE01EF}}};
// East Asian wide and fullwidth characters, and emoji. Source: Unicode EastAsianWidth.txt, merged to blocks.
constexpr std::array<CodeRange, 13> wide_ranges = {{{0x1100, 0x115F},
                                                    {0x231A, 0x231B},
                                                    {0x23E9, 0x23F3},
                                                    {0x2E80, 0x303E},
                                                    {0x3041, 0xA4CF},
                                                    {0xAC00, 0xD7A3},
                                                    {0xF900, 0xFAFF},
                                                    {0xFE30, 0xFE6F},
                                                    {0xFF00, 0xFF60},
                                                    {0xFFE0, 0xFFE6},
                                                    {0x1F300, 0x1F64F},
                                                    {0x1F680, 0x1F9FF},
                                                    {0x20000, 0x3FFFD}}};

template <std::size_t n>
bool is_in(const std::array<CodeRange, n>& ranges, std::uint32_t code) {
    return std::any_of(ranges.begin(), ranges.end(), [code](CodeRange r) { return r.first <= code && code <= r.last; });
}

struct Character {
    std::uint32_t code = 0;
    std::size_t bytes = 1;
};

/// The character at the beginning; a byte that begins none counts as one character.
Character first_character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const std::size_t bytes = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (bytes == 1 || bytes > text.size()) return {lead, 1};
    std::uint32_t code = lead & (0x7Fu >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {lead, 1};
        code = code << 6 | (byte(i) & 0x3F);
    }
    return {code, bytes};
}

std::size_t width_of(std::uint32_t code) {
    if (code < 0x300) return 1;
    if (is_in(zero_width_ranges, code)) return 0;
    return is_in(wide_ranges, code) ? 2 : 1;
}

bool is_control(std::uint32_t code) {
    // Beside the ASCII and C1 controls those that turn the direction of text around.
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const Character character = first_character(text);
        width += width_of(character.code);
        text.remove_prefix(character.bytes);
    }
    return width;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
    if (display_width(text) <= columns) return std::string(text);
    std::string cut;
    std::size_t width = 1;  // of the "…"
    while (!text.empty()) {
        const Character character = first_character(text);
        width += width_of(character.code);
        if (width > columns) break;
        cut.append(text.substr(0, character.bytes));
        text.remove_prefix(character.bytes);
    }
    return columns == 0 ? std::string() : cut + "…";
}

std::string without_controls(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        const Character character = first_character(text);
        const bool is_kept = character.code == '\n' || character.code == '\t' || !is_control(character.code);
        if (is_kept) clean.append(text.substr(0, character.bytes));
        text.remove_prefix(character.bytes);
    }
    return clean;
}

std::string as_one_line(std::string_view text) {
    std::string line;
    for (const char c : without_controls(text)) {
        if (c == '\n') {
            line += "\\n";
        } else {
            line += c == '\t' ? ' ' : c;
        }
    }
    return line;
}

std::vector<std::string> wrap_to_width(std::string_view text, std::size_t columns) {
    std::vector<std::string> lines(1);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string_view word = text.substr(at, end - at);
        at = end + 1;
        if (word.empty()) continue;
        if (!lines.back().empty() && display_width(lines.back()) + 1 + display_width(word) > columns)
            lines.emplace_back();
        lines.back() += (lines.back().empty() ? "" : " ") + std::string(word);
    }
    return lines;
}

std::string indented(std::string_view text, std::string_view indent) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end > at) result.append(indent).append(text.substr(at, end - at));
        result += '\n';
        at = end + 1;
    }
    return result;
}

std::vector<std::size_t> Table::column_widths() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    return widths;
}

}
