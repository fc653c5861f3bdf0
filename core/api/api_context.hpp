#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "http/http_types.hpp"

namespace murmur {

/// Who asks, as proven by the connection.
struct Caller {
    Tenant tenant;
    std::string provider;
    std::string account;
};

struct ApiToken {
    std::string account;
    std::string sha256;  ///< of the bearer token, hexadecimal
};

/// What the methods need to know of the daemon around them. Constant after start.
struct ApiOptions {
    Tenant tenant;
    std::string default_backend;
    std::string default_substrate;
    std::vector<std::string> backends;
    std::vector<std::string> substrates;
    std::function<std::string(const std::string& model)> backend_of_model;  ///< empty: none claims it
    std::function<json::array()> plugins;                                   ///< PluginInfo of every file found
    std::vector<ApiToken> tokens;
    std::size_t agents_max = 10'000;
    std::string version;
    std::string commit;
    std::string state_dir;
    TimePoint started_at{};
};

/// What every method works on. The parts are safe from any thread and outlive the server.
struct ApiContext {
    Engine& engine;
    StoreReader& reader;
    const SecretBox& box;
    Clock& clock;
    ApiOptions options;
};

/// Finds out who sent the request: the user at the other end of the unix socket, or the owner of the bearer token.
/// Throws unauthenticated, or permission_denied for another user of this computer.
Caller identify(const http::Request& request, const ApiOptions& options);

/// Whether the caller may do it. Every method names its permission in the method table; until roles exist, whoever is
/// identified is an admin of the tenant.
void authorize(const Caller& caller, std::string_view permission);

}
