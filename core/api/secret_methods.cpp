#include "api/secret_methods.hpp"

namespace murmur {

json::object rotate_secret_key(ApiContext& context, const Caller& caller, const FieldReader& request) {
    const std::string tenant = tenant_key(caller.tenant);
    if (request.get_bool("rewrap_only", false)) return {{"keysWrapped", std::to_string(context.vault.rewrap(tenant))}};
    const SecretVault::Rotation rotation = context.vault.rotate(tenant);
    return {{"keyVersion", std::to_string(rotation.key_version)}, {"values", std::to_string(rotation.values)}};
}

}
