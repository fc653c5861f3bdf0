#include "agents/agent_id.hpp"

#include <algorithm>
#include <cctype>
#include <murmur/error.hpp>

namespace murmur {

namespace {

constexpr std::size_t name_length_max = 63;  // a DNS label

std::string join(const std::vector<std::string>& parts, char separator) {
    std::string joined;
    for (const std::string& part : parts) {
        if (!joined.empty()) joined.push_back(separator);
        joined += part;
    }
    return joined;
}

}

std::string AgentId::slug() const { return join(path, '/'); }

std::string AgentId::workflow_id() const {
    const std::string root = tenant.provider + "/" + tenant.org + "/w/" + workspace + "/";
    const bool own_tenant = owner_provider == tenant.provider && account == tenant.org;
    return own_tenant ? root + slug() : root + owner_provider + "/" + account + "/" + slug();
}

std::string AgentId::branch() const {
    const std::string kind = owner_provider == "service_profile" ? "/s/" : "/u/";
    return "murmur/w/" + workspace + kind + account + "/" + join(path, '-');
}

bool is_valid_name(std::string_view name) {
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && name.size() <= name_length_max && is_lower(name[0]) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '-'; });
}

void check_slug(std::string_view slug) {
    if (slug.empty())
        throw Error(Errc::invalid_argument, "slug is required")
            .with_hint("Name the agent: murmur spawn fix-typo \"…\".");
    if (is_valid_name(slug)) return;
    throw Error(Errc::invalid_argument,
                "slug \"" + std::string(slug.substr(0, 200)) + "\" must match [a-z][a-z0-9-]{0,62}")
        .with_hint("Use lower-case letters, digits and hyphens, a letter first; \"" + to_valid_name(slug) +
                   "\" would do.");
}

std::string to_valid_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const char mapped = std::isalnum(byte) && byte < 128 ? static_cast<char>(std::tolower(byte)) : '-';
        if (name.empty() && !(mapped >= 'a' && mapped <= 'z')) continue;
        if (mapped == '-' && name.back() == '-') continue;
        name.push_back(mapped);
        if (name.size() == name_length_max) break;
    }
    while (!name.empty() && name.back() == '-') name.pop_back();
    return name.empty() ? "workspace" : name;
}

std::string workspace_name_of(std::string_view clone_url) {
    while (!clone_url.empty() && clone_url.back() == '/') clone_url.remove_suffix(1);
    if (clone_url.ends_with(".git")) clone_url.remove_suffix(4);
    while (!clone_url.empty() && clone_url.back() == '/') clone_url.remove_suffix(1);  // "/path/to/repo/.git"
    const std::size_t cut = clone_url.find_last_of("/:");
    return to_valid_name(cut == std::string_view::npos ? clone_url : clone_url.substr(cut + 1));
}

}
