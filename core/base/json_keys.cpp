#include "base/json_keys.hpp"

#include <algorithm>
#include <murmur/json.hpp>
#include <set>
#include <vector>

namespace murmur {

namespace {

/// The end of the string whose opening quote is at `begin`: behind its closing one.
std::size_t end_of_json_string(std::string_view text, std::size_t begin) {
    std::size_t at = begin + 1;
    for (; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
    return std::min(at + 1, text.size());
}

/// What a string in quotes says.
std::string json_string_text(std::string_view quoted) {
    if (quoted.find('\\') == std::string_view::npos) return std::string(quoted.substr(1, quoted.size() - 2));
    return std::string(json::parse(quoted).as_string());
}

}

std::optional<std::string> find_duplicate_key(std::string_view json_text) {
    struct Level {
        bool is_object = false;
        bool is_key_next = false;
        std::set<std::string, std::less<>> keys = {};
    };
    std::vector<Level> levels;
    for (std::size_t at = 0; at < json_text.size(); ++at) {
        switch (json_text[at]) {
            case '{': levels.push_back({true, true}); break;
            case '[': levels.push_back({}); break;
            case '}':
            case ']':
                if (!levels.empty()) levels.pop_back();
                break;
            case ',':
                if (!levels.empty()) levels.back().is_key_next = levels.back().is_object;
                break;
            case '"': {
                const std::size_t end = end_of_json_string(json_text, at);
                if (!levels.empty() && levels.back().is_key_next) {
                    std::string key = json_string_text(json_text.substr(at, end - at));
                    if (levels.back().keys.contains(key)) return key;
                    levels.back().keys.insert(std::move(key));
                    levels.back().is_key_next = false;
                }
                at = end - 1;
                break;
            }
            default: break;
        }
    }
    return std::nullopt;
}

}
