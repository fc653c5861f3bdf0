#include "runner/terminal_control.hpp"

#include <algorithm>
#include <cstring>

namespace murmur::runner {

namespace {

constexpr std::string_view paste_on = "\x1b[?2004h", paste_off = "\x1b[?2004l";

/// The word at the beginning, which is taken away with the blank behind it.
std::string_view take_word(std::string_view& text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// Output has "\ooo" for control characters and for the backslash itself.
std::string unescaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 3 < text.size() && is_octal(text[at + 1]) && is_octal(text[at + 2]) &&
            is_octal(text[at + 3])) {
            out += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
            at += 3;
        } else {
            out += text[at];
        }
    }
    return out;
}

bool is_plain(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != 0 && std::strchr(" _./:=@+,-", c));
}

}

std::optional<ControlNote> ControlReader::read(std::string_view line) {
    using Kind = ControlNote::Kind;
    if (!block_.empty()) {
        std::string_view rest = line;
        const std::string_view word = take_word(rest);
        if (rest == block_ && (word == "%end" || word == "%error")) return end_block(word == "%error");
        lines_.emplace_back(line);
        return std::nullopt;
    }
    const std::string_view word = take_word(line);
    if (word == "%begin") {
        block_ = line;
        return std::nullopt;
    }
    if (word == "%output") {
        take_word(line);
        return ControlNote{Kind::output, unescaped(line)};
    }
    if (word == "%extended-output") {
        const std::size_t colon = line.find(" : ");
        return ControlNote{Kind::output,
                           colon == std::string_view::npos ? std::string() : unescaped(line.substr(colon + 3))};
    }
    if (word == "%pause") return ControlNote{Kind::paused, std::string(take_word(line))};
    if (word == "%client-session-changed") return ControlNote{Kind::attached, std::string(take_word(line))};
    if (word == "%client-detached") return ControlNote{Kind::detached, std::string(take_word(line))};
    return std::nullopt;
}

std::optional<ControlNote> ControlReader::end_block(bool is_refusal) {
    // The last of the three says whether the command was this client's own.
    const bool is_own = block_.ends_with(" 1");
    block_.clear();
    std::vector<std::string> lines = std::move(lines_);
    lines_.clear();
    if (!is_own) return std::nullopt;
    if (!is_refusal) return ControlNote{ControlNote::Kind::reply, "", std::move(lines)};
    return ControlNote{ControlNote::Kind::refusal, lines.empty() ? "it gave no reason" : lines.front()};
}

std::string tmux_word(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte == 0) continue;
        if (is_plain(byte)) {
            out += c;
            continue;
        }
        out += '\\';
        out += static_cast<char>('0' + byte / 64);
        out += static_cast<char>('0' + byte / 8 % 8);
        out += static_cast<char>('0' + byte % 8);
    }
    return out + "\"";
}

void PasteMode::feed(std::string_view bytes) {
    tail_ += bytes;
    const std::size_t on = tail_.rfind(paste_on), off = tail_.rfind(paste_off);
    if (on != std::string::npos || off != std::string::npos)
        is_bracketed_ = on != std::string::npos && (off == std::string::npos || on > off);
    if (tail_.size() >= paste_on.size()) tail_.erase(0, tail_.size() - (paste_on.size() - 1));
}

std::string paste_text(std::string_view text, bool is_bracketed) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n' || c == '\t')
            out += is_bracketed ? c : ' ';
        else if (byte >= 0x20 && byte != 0x7f)
            out += c;
    }
    while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
    return out;
}

}
