#include "api/caller.hpp"

#include <openssl/crypto.h>
#include <unistd.h>

#include <algorithm>
#include <murmur/error.hpp>

#include "api/api_context.hpp"
#include "base/paths.hpp"
#include "base/tenant_name.hpp"

namespace murmur {

namespace {

std::string header_of(const http::Request& request, const char* name) {
    const auto header = request.headers.find(name);
    return header == request.headers.end() ? std::string() : header->second;
}

std::optional<Tenant> tenant_asked_for(const http::Request& request) {
    const std::string text = header_of(request, "murmur-tenant");
    if (text.empty()) return std::nullopt;
    TenantName name = parse_tenant_name(text);
    return Tenant{std::move(name.provider), std::move(name.org)};
}

/// The agent whose token it is; it is over with the incarnation that got it.
std::optional<Principal> agent_of_token(std::string_view token, ApiContext& context) {
    const auto claim = context.box.check_agent_token(token);
    if (!claim) return std::nullopt;
    const auto agent = context.reader.find_agent(claim->agent_row);
    if (!agent || agent->incarnation != claim->incarnation || is_terminal(agent->phase))
        throw Error(Errc::unauthenticated, "this agent's token is no longer valid: its life has ended");
    return agent_principal(agent->id);
}

/// Who the token is, in each of the tenants that it is good for.
std::vector<Principal> principals_of_token(std::string_view token, ApiContext& context) {
    if (auto agent = agent_of_token(token, context)) return {std::move(*agent)};
    const std::string digest = token_digest(token);
    std::vector<Principal> principals;
    for (const ApiToken& known : context.options.tokens)
        if (known.sha256.size() == digest.size() &&
            CRYPTO_memcmp(known.sha256.data(), digest.data(), digest.size()) == 0)
            principals.push_back(known.principal);
    if (principals.empty())
        throw Error(Errc::unauthenticated, "a valid bearer token is required")
            .with_hint("Set MURMUR_TOKEN to a token that murmurd.yaml lists under tokens, or unset it.");
    return principals;
}

Principal choose_tenant(std::vector<Principal> principals, const std::optional<Tenant>& asked) {
    if (!asked) return std::move(principals.front());
    std::string tenants;
    for (Principal& principal : principals) {
        if (principal.tenant == *asked) return std::move(principal);
        tenants += (tenants.empty() ? "\"" : ", \"") + tenant_key(principal.tenant) + "\"";
    }
    throw Error(Errc::permission_denied, principals.front().text() + " does not belong to tenant \"" +
                                             tenant_key(*asked) + "\", but to " + tenants)
        .with_hint("Change tenant in murmur.yaml, or say --tenant.");
}

/// The operator, who has every tenant of this murmurd.
Principal principal_of_peer(uid_t uid, const Tenant& tenant) {
    if (uid != ::getuid() && uid != 0)
        throw Error(Errc::permission_denied, "this murmurd belongs to user " + user_name())
            .with_hint("Start your own: unset MURMUR_SERVER and MURMUR_RUNTIME_DIR.");
    Principal principal = user_principal(tenant, user_name(uid));
    principal.is_root = true;
    return principal;
}

}

std::string own_name(const Caller& caller) {
    return owner_name({caller.tenant, caller.provider, caller.account, "", {}});
}

std::string tenant_key(const Tenant& tenant) { return tenant.provider + "/" + tenant.org; }

Caller caller_of(Principal principal) {
    Caller caller{principal, principal.tenant, principal.provider, principal.name};
    if (principal.kind == PrincipalKind::agent) caller.account = principal.owner;
    return caller;
}

Caller identify(const http::Request& request, ApiContext& context) {
    constexpr std::string_view scheme = "Bearer ";
    const std::optional<Tenant> asked = tenant_asked_for(request);
    const std::string authorization = header_of(request, "authorization");
    if (authorization.starts_with(scheme)) {
        const std::string_view token = std::string_view(authorization).substr(scheme.size());
        return caller_of(choose_tenant(principals_of_token(token, context), asked));
    }
    if (request.peer.uid)
        return caller_of(principal_of_peer(*request.peer.uid, asked.value_or(context.options.tenant)));
    throw Error(Errc::unauthenticated, "a valid bearer token is required")
        .with_hint("Set MURMUR_TOKEN to a token that murmurd.yaml lists under tokens.");
}

}
