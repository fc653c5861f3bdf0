#include "api/owner_credentials.hpp"

#include <array>
#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <optional>
#include <span>

#include "api/caller.hpp"

namespace murmur {

namespace {

struct CredentialField {
    const char* field;
    const char* variable;
    const char* otherwise = "";  ///< the secret that is used, if it is there, where the field says nothing
};

constexpr const char* signing_variable = "MURMUR_SECRET_SIGNING_KEY";

constexpr std::array profile_fields{
    CredentialField{"claude_oauth_token_secret", "CLAUDE_CODE_OAUTH_TOKEN"},
    CredentialField{"claude_oauth_refresh_token_secret", "CLAUDE_CODE_OAUTH_REFRESH_TOKEN"},
    CredentialField{"anthropic_api_key_secret", "ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY"},
    CredentialField{"openai_api_key_secret", "OPENAI_API_KEY"},
    CredentialField{"github_token_secret", "GH_TOKEN"},
    CredentialField{"signing_key_secret", signing_variable, "SERVICE_SIGNING_KEY"},
};

constexpr std::array user_fields{
    CredentialField{"claude_token_secret", "CLAUDE_CODE_OAUTH_TOKEN"},
    CredentialField{"claude_refresh_token_secret", "CLAUDE_CODE_OAUTH_REFRESH_TOKEN"},
    CredentialField{"anthropic_api_key_secret", "ANTHROPIC_API_KEY"},
    CredentialField{"openai_api_key_secret", "OPENAI_API_KEY"},
    CredentialField{"github_token_secret", "GH_TOKEN"},
    CredentialField{"signing_key_secret", signing_variable},
};

std::optional<ResourceRow> find_there(ResourceReader& resources, const ResourceKey& key) {
    std::optional<ResourceRow> row = resources.find_resource(key);
    if (row && row->removed) row.reset();
    return row;
}

}

std::map<std::string, ResourceRow> find_owner_credentials(ResourceReader& resources, const AgentId& agent) {
    const std::string tenant = tenant_key(agent.tenant);
    const bool is_profile = agent.owner_provider == "service_profile";
    const std::string kind = is_profile ? "service-profile" : "user";
    const std::string owner = kind + " \"" + agent.account + "\"";
    const auto row = find_there(resources, {tenant, kind, "", agent.account});
    if (!row) return {};
    const json::value body = parse_json(row->body, owner);
    const FieldReader reader(body.as_object(), owner);
    ResourceKey key{tenant, is_profile ? "secret" : "user-secret", is_profile ? "" : owner_name(agent), ""};
    std::map<std::string, ResourceRow> found;
    for (const CredentialField& field : is_profile ? std::span<const CredentialField>(profile_fields) : user_fields) {
        key.name = reader.get_string(field.field, "");
        const bool is_named = !key.name.empty();
        // Claude is paid for in one of two ways, and a key would be taken before the token that was asked for.
        const bool is_settled = key.name.empty() && found.contains("CLAUDE_CODE_OAUTH_TOKEN") &&
                                std::string_view(field.variable) == "ANTHROPIC_API_KEY";
        if (!is_named) key.name = field.otherwise;
        if (key.name.empty() || is_settled) continue;
        const auto secret = find_there(resources, key);
        if (!secret && is_named)
            throw Error(Errc::not_found, key.kind + " \"" + key.name + "\", which " + owner + " names as its " +
                                             field.field + ", does not exist")
                .with_hint("Set it with: murmur secret set " + std::string(is_profile ? "" : "--user ") + key.name);
        if (secret) found[field.variable] = *secret;
    }
    return found;
}

}
