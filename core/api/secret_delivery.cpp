#include "api/secret_delivery.hpp"

#include <murmur/error.hpp>
#include <murmur/json.hpp>

#include "api/caller.hpp"
#include "api/owner_credentials.hpp"

namespace murmur {

namespace {

constexpr const char* variable_prefix = "MURMUR_SECRET_";

struct WorkspaceSecrets {
    std::vector<std::string> names;
    bool plain_names = false;
};

/// Nothing when the workspace is not in the catalog: then it names none.
WorkspaceSecrets read_workspace(ResourceReader& resources, const std::string& tenant, const std::string& name) {
    const auto row = resources.find_resource({tenant, "workspace", "", name});
    if (!row || row->removed) return {};
    const json::value body = parse_json(row->body, "workspace \"" + name + "\"");
    const FieldReader reader(body.as_object(), "workspace \"" + name + "\"");
    return {reader.get_strings("secret_refs"), reader.get_string("secret_env", "") == "plain"};
}

/// With the secret's name in what the vault throws.
Secret open_value(SecretVault& vault, const ResourceRow& row) {
    try {
        return vault.open(row);
    } catch (...) {
        Error error = current_error();
        throw Error(error.code(), row.key.kind + " \"" + row.key.name + "\" cannot be opened: " + error.message())
            .with_hint(error.hint());
    }
}

}

AgentSecrets open_agent_secrets(ResourceReader& resources, SecretVault& vault, const Agent& agent) {
    const std::string tenant = tenant_key(agent.id.tenant);
    const WorkspaceSecrets wanted = read_workspace(resources, tenant, agent.id.workspace);
    AgentSecrets secrets;
    secrets.plain_names = wanted.plain_names;
    const auto open = [&](const ResourceRow& row) { secrets.values[row.key.name] = open_value(vault, row); };
    for (const std::string& name : wanted.names) {
        const auto row = resources.find_resource({tenant, "secret", "", name});
        if (!row || row->removed)
            throw Error(Errc::not_found,
                        "secret \"" + name + "\" of workspace \"" + agent.id.workspace + "\" does not exist")
                .with_hint("Set it with: murmur secret set " + name);
        open(*row);
    }
    ResourceQuery own{tenant, "user-secret", owner_name(agent.id), ""};
    for (bool more = true; more;) {
        const auto rows = resources.list_resources(own);
        for (const ResourceRow& row : rows) open(row);
        more = rows.size() == own.count_max;
        if (more) own.after = rows.back().key.name;
    }
    for (const auto& [variable, row] : find_owner_credentials(resources, agent.id))
        secrets.credentials[variable] = open_value(vault, row);
    return secrets;
}

json::object agent_environment(const AgentSecrets& secrets, const json::object& given_at_spawn) {
    json::object environment;
    for (const auto& [name, value] : secrets.values) {
        environment[variable_prefix + name] = value.reveal();
        if (secrets.plain_names) environment[name] = value.reveal();
    }
    for (const auto& [variable, value] : secrets.credentials) environment[variable] = value.reveal();
    for (const auto& member : given_at_spawn) {
        environment[member.key()] = member.value();
        if (secrets.values.contains(member.key()))
            environment[variable_prefix + std::string(member.key())] = member.value();
    }
    return environment;
}

}
