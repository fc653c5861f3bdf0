#pragma once

#include <functional>
#include <map>
#include <murmur/backend.hpp>
#include <string>
#include <vector>

#include "api/caller.hpp"
#include "catalog/catalog.hpp"
#include "engine/engine.hpp"
#include "identity/authorizer.hpp"
#include "sessions/blob_store.hpp"

namespace murmur {

/// What the methods need to know of the daemon around them. Constant after start.
struct ApiOptions {
    Tenant tenant;
    std::string default_backend;
    std::string default_substrate;
    std::vector<std::string> backends;
    std::vector<std::string> substrates;
    std::function<std::string(const std::string& model)> backend_of_model;  ///< empty: none claims it
    std::map<std::string, BackendCapabilities> backend_capabilities;        ///< of `backends`, as far as they are known
    std::function<json::array()> plugins;                                   ///< PluginInfo of every file found
    std::vector<ApiToken> tokens;                                           ///< beside those of agents
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
    Authorizer& authorizer;
    Catalog& catalog;
    SecretVault& vault;
    BlobStore& blobs;
};

/// Throws permission_denied, saying why, unless the caller may do `permission` ("workspace.edit") to the resource of
/// that name; without a name, to every resource of the kind. Names are those of the catalog, but "alice/fix-typo" for
/// agents (agent_resource_name) and "alice/NPM_TOKEN" for user-secrets. Holds no lock while it looks, and does not
/// wait.
void authorize(ApiContext& context, const Caller& caller, std::string_view permission,
               const std::string& resource_name = {});
/// To an agent of a service profile that the caller may assume, it may do what it may to its own; see there.
void authorize(ApiContext& context, const Caller& caller, std::string_view permission, const AgentId& agent);
/// By a policy that was taken before: where nothing may be waited for.
void authorize(const Policy& policy, const Caller& caller, std::string_view permission,
               const std::string& resource_name);
/// The policy of the caller's tenant, as it is now; compiles it when it has changed.
std::shared_ptr<const Policy> policy_of(ApiContext& context, const Caller& caller);
/// Throws unless there may be a resource for which it is allowed: for lists that are filtered.
void authorize_any(ApiContext& context, const Caller& caller, std::string_view permission);
/// As authorize(), as a question.
bool is_allowed(ApiContext& context, const Caller& caller, std::string_view permission,
                const std::string& resource_name = {});
bool is_allowed(ApiContext& context, const Caller& caller, std::string_view permission, const AgentRow& agent);

}
