#include "agents/glob.hpp"

#include <algorithm>
#include <bitset>
#include <murmur/error.hpp>
#include <optional>
#include <vector>

namespace murmur {

namespace {

// The kernel knows no longer path.
constexpr std::size_t pattern_bytes_max = 4096;

using CharSet = std::bitset<256>;

struct Token {
    enum Kind { one_of, star, any_depth, any_parts } kind = one_of;  // any_parts: "**/", nothing or whole parts
    CharSet set;
};

CharSet set_of(unsigned char c) {
    CharSet set;
    set.set(c);
    return set;
}

CharSet not_a_slash() { return ~set_of('/'); }

/// The set from behind "[", and `at` behind "]"; nothing when it has no end or no members.
std::optional<CharSet> read_set(std::string_view pattern, std::size_t& at) {
    const bool negated = at < pattern.size() && (pattern[at] == '^' || pattern[at] == '!');
    if (negated) ++at;
    CharSet set;
    const auto next = [&]() -> std::optional<unsigned char> {
        if (at < pattern.size() && pattern[at] == '\\') ++at;
        if (at >= pattern.size()) return std::nullopt;
        return static_cast<unsigned char>(pattern[at++]);
    };
    const std::size_t begin = at;
    while (at < pattern.size() && (pattern[at] != ']' || at == begin)) {
        const auto low = next();
        if (!low) return std::nullopt;
        auto high = low;
        if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
            ++at;
            high = next();
            if (!high || *high < *low) return std::nullopt;
        }
        for (unsigned c = *low; c <= *high; ++c) set.set(c);
    }
    if (at >= pattern.size()) return std::nullopt;
    ++at;
    if (negated) set.flip();
    set.reset('/');
    return set;
}

std::optional<std::vector<Token>> read_glob(std::string_view pattern) {
    std::vector<Token> tokens;
    if (pattern.empty() || pattern.size() > pattern_bytes_max || pattern.front() == '/') return std::nullopt;
    for (std::size_t at = 0; at < pattern.size();) {
        const char c = pattern[at++];
        if (c == '*' && at < pattern.size() && pattern[at] == '*') {
            const bool begins_part = at < 2 || pattern[at - 2] == '/';
            while (at < pattern.size() && pattern[at] == '*') ++at;
            const bool is_part = begins_part && at < pattern.size() && pattern[at] == '/';
            if (is_part) ++at;
            tokens.push_back({is_part ? Token::any_parts : Token::any_depth, {}});
        } else if (c == '*') {
            tokens.push_back({Token::star, not_a_slash()});
        } else if (c == '?') {
            tokens.push_back({Token::one_of, not_a_slash()});
        } else if (c == '[') {
            const auto set = read_set(pattern, at);
            if (!set) return std::nullopt;
            tokens.push_back({Token::one_of, *set});
        } else if (c == '\\') {
            if (at >= pattern.size()) return std::nullopt;
            tokens.push_back({Token::one_of, set_of(static_cast<unsigned char>(pattern[at++]))});
        } else {
            tokens.push_back({Token::one_of, set_of(static_cast<unsigned char>(c))});
        }
    }
    return tokens;
}

}

bool glob_matches(std::string_view pattern, std::string_view path) {
    const auto tokens = read_glob(pattern);
    if (!tokens) return false;
    // reached[i]: what of the path has been read so far can be matched by all before token i.
    std::vector<char> reached(tokens->size() + 1, 0), next;
    const auto skip_what_may_be_nothing = [&](std::vector<char>& places) {
        for (std::size_t i = 0; i < tokens->size(); ++i)
            if (places[i] && (*tokens)[i].kind != Token::one_of) places[i + 1] = 1;
    };
    reached[0] = 1;
    skip_what_may_be_nothing(reached);
    // Parts end at a slash: only there may "**/" hand over to what comes after it.
    for (const char character : path) {
        const auto c = static_cast<unsigned char>(character);
        next.assign(tokens->size() + 1, 0);
        for (std::size_t i = 0; i < tokens->size(); ++i) {
            if (!reached[i]) continue;
            const Token& token = (*tokens)[i];
            switch (token.kind) {
                case Token::one_of: next[i + 1] |= token.set.test(c); break;
                case Token::star: next[i] |= token.set.test(c); break;
                case Token::any_depth: next[i] = 1; break;
                case Token::any_parts: next[i] |= 2; break;
            }
        }
        // Within a part "**/" only stays; at its end it is as if it began anew.
        for (std::size_t i = 0; i < tokens->size(); ++i) {
            if ((*tokens)[i].kind == Token::any_parts) {
                if (next[i] && c == '/') next[i + 1] = 1;
            } else if (next[i] && (*tokens)[i].kind != Token::one_of) {
                next[i + 1] = 1;
            }
        }
        std::swap(reached, next);
    }
    return reached[tokens->size()] != 0;
}

void check_glob(std::string_view pattern) {
    if (read_glob(pattern)) return;
    throw Error(Errc::invalid_argument, "pattern \"" + std::string(pattern.substr(0, 80)) + "\" cannot be read")
        .with_hint("Write it like \"*.go\", \"**/*_test.go\" or \"docs/**\", relative to the repository.");
}

}
