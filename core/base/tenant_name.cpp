#include "base/tenant_name.hpp"

#include <algorithm>
#include <murmur/error.hpp>

namespace murmur {

namespace {

constexpr std::size_t account_length_max = 64;  // GitHub's have 39; a system's users rarely more than 32
constexpr std::string_view providers[] = {"github_app", "github_oauth", "local"};

}

std::optional<TenantName> find_tenant_name(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view provider = text.substr(0, slash);
    const std::string_view org = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
    if (std::find(std::begin(providers), std::end(providers), provider) == std::end(providers) || !is_account_name(org))
        return std::nullopt;
    return TenantName{std::string(provider), std::string(org)};
}

TenantName parse_tenant_name(std::string_view text) {
    if (auto name = find_tenant_name(text)) return std::move(*name);
    throw Error(Errc::invalid_argument, "tenant \"" + std::string(text.substr(0, 200)) +
                                            "\" must be github_app/<org>, github_oauth/<user> or local/<user>");
}

bool is_account_name(std::string_view name) {
    static constexpr std::string_view marks = "-_.[]";
    return !name.empty() && name.size() <= account_length_max && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    });
}

}
