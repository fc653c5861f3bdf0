#include "api/api_context.hpp"

#include <openssl/crypto.h>
#include <unistd.h>

#include <murmur/check.hpp>
#include <murmur/error.hpp>

#include "base/paths.hpp"

namespace murmur {

namespace {

Caller caller_of_token(const http::Request& request, const ApiOptions& options) {
    constexpr std::string_view scheme = "Bearer ";
    const auto header = request.headers.find("authorization");
    if (header != request.headers.end() && header->second.starts_with(scheme)) {
        const std::string digest = token_digest(std::string_view(header->second).substr(scheme.size()));
        for (const ApiToken& token : options.tokens)
            if (token.sha256.size() == digest.size() &&
                CRYPTO_memcmp(token.sha256.data(), digest.data(), digest.size()) == 0)
                return {options.tenant, options.tenant.provider, token.account};
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
    return {options.tenant, options.tenant.provider, user_name(uid)};
}

void authorize(const Caller& caller, std::string_view permission) {
    MURMUR_CHECK(!permission.empty());
    if (caller.account.empty()) throw Error(Errc::unauthenticated, "the caller is not known");
}

}
