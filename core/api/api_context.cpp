#include "api/api_context.hpp"

#include <openssl/crypto.h>
#include <unistd.h>

#include <murmur/check.hpp>
#include <murmur/error.hpp>

#include "base/paths.hpp"

namespace murmur {

namespace {

Caller caller_of(Principal principal) {
    Caller caller{principal, principal.tenant, principal.provider, principal.name};
    if (principal.kind == PrincipalKind::agent) caller.account = principal.owner;
    return caller;
}

Caller caller_of_token(const http::Request& request, const ApiOptions& options) {
    constexpr std::string_view scheme = "Bearer ";
    const auto header = request.headers.find("authorization");
    if (header != request.headers.end() && header->second.starts_with(scheme)) {
        const std::string digest = token_digest(std::string_view(header->second).substr(scheme.size()));
        for (const ApiToken& token : options.tokens)
            if (token.sha256.size() == digest.size() &&
                CRYPTO_memcmp(token.sha256.data(), digest.data(), digest.size()) == 0)
                return caller_of(user_principal(options.tenant, token.account));
    }
    throw Error(Errc::unauthenticated, "a valid bearer token is required")
        .with_hint("Set MURMUR_TOKEN to a token that murmurd.yaml lists under tokens.");
}

}

Caller identify(const http::Request& request, const ApiOptions& options) {
    if (!request.peer.uid) return caller_of_token(request, options);
    const uid_t uid = *request.peer.uid;
    if (uid != ::getuid() && uid != 0)
        throw Error(Errc::permission_denied, "this murmurd belongs to user " + user_name())
            .with_hint("Start your own: unset MURMUR_SERVER and MURMUR_RUNTIME_DIR.");
    return caller_of(user_principal(options.tenant, user_name(uid)));
}

bool is_allowed(ApiContext&, const Caller& caller, std::string_view permission, const std::string&) {
    MURMUR_CHECK(!permission.empty());
    return !caller.account.empty();
}

void authorize(ApiContext& context, const Caller& caller, std::string_view permission,
               const std::string& resource_name) {
    if (!is_allowed(context, caller, permission, resource_name))
        throw Error(Errc::permission_denied, "the caller is not known");
}

}
