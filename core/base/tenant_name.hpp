#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace murmur {

/// "github_app/acme" taken apart.
struct TenantName {
    std::string provider;  ///< "github_app", "github_oauth" or "local"
    std::string org;
};

/// Throws invalid_argument that says what a tenant looks like.
TenantName parse_tenant_name(std::string_view text);
/// As parse_tenant_name(), or nothing.
std::optional<TenantName> find_tenant_name(std::string_view text);

/// What accounts, organisations and users of a computer are called: letters, digits, '-', '_', '.', '[' and ']', at
/// most
/// 64. Names of agents and patterns for them are made of it, so nothing that has a meaning there is in it.
bool is_account_name(std::string_view name);

}
