#include "base/branch_name.hpp"

#include <algorithm>

namespace murmur {

namespace {

bool is_ref_component(std::string_view part) {
    return !part.empty() && !part.starts_with('.') && !part.ends_with(".lock");
}

bool is_ref_character(char c) {
    constexpr std::string_view refused = " ~^:?*[\\\x7f";
    return static_cast<unsigned char>(c) >= ' ' && refused.find(c) == std::string_view::npos;
}

}

bool is_branch_name(std::string_view name) {
    if (name.starts_with('-') || name.ends_with('.') || name == "@" || name == "HEAD") return false;
    if (name.find("..") != std::string_view::npos || name.find("@{") != std::string_view::npos) return false;
    if (!std::all_of(name.begin(), name.end(), is_ref_character)) return false;
    for (std::size_t at = 0; at <= name.size();) {
        const std::size_t end = std::min(name.find('/', at), name.size());
        if (!is_ref_component(name.substr(at, end - at))) return false;
        at = end + 1;
    }
    return true;
}

}
