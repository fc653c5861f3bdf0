#pragma once

#include <string>
#include <vector>

#include "http/http_types.hpp"
#include "identity/principal.hpp"

namespace murmur {

struct ApiContext;

/// Who asks, as proven by the connection, and in which tenant.
struct Caller {
    Principal principal;
    Tenant tenant;
    std::string provider;  ///< of the account
    std::string account;   ///< whose agents a bare slug means: the caller's, or of an agent its owner's
};

/// A bearer token that the operator has given out. One token may be in several tenants.
struct ApiToken {
    std::string sha256;  ///< of the token, hexadecimal
    Principal principal;
};

/// A token is good for this tenant; "github_app/acme".
std::string tenant_key(const Tenant& tenant);

/// Finds out who sent the request, and in which tenant: the owner of its bearer token (one of the operator's, or that
/// of an agent whose incarnation lives), else the user at the other end of the unix socket, who must be murmurd's own
/// (or root) and is root in every tenant. The header `Murmur-Tenant` chooses among the caller's tenants. Throws
/// unauthenticated; permission_denied for another user of this computer, and for a tenant that the caller does not
/// belong to, naming those it does; invalid_argument for a header that names no tenant.
Caller identify(const http::Request& request, ApiContext& context);

/// Whom what each user has of their own belongs to: "alice", "service-profile:ci-bot"; an agent has its owner's.
std::string own_name(const Caller& caller);

/// The caller that a principal is.
Caller caller_of(Principal principal);

}
