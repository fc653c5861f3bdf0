#pragma once

#include <map>
#include <murmur/secret.hpp>
#include <string>

#include "agents/agent.hpp"
#include "secrets/secret_vault.hpp"
#include "store/resource_store.hpp"

namespace murmur {

/// The secrets that an agent gets: those that its workspace names, over them all that its owner has for himself, and
/// the owner's credentials.
struct AgentSecrets {
    std::map<std::string, Secret> values;       ///< by name
    bool plain_names = false;                   ///< each also under its bare name (the workspace's `secret_env: plain`)
    std::map<std::string, Secret> credentials;  ///< by the variable in which programs look for it
};

/// Opens them now, each in its newest version. Throws what the vault throws, with the secret's name, and not_found for
/// one that the workspace or the owner names and that is not there.
AgentSecrets open_agent_secrets(ResourceReader& resources, SecretVault& vault, const Agent& agent);

/// The environment of an agent: MURMUR_SECRET_<NAME>, the bare names where they are wanted, the owner's credentials,
/// and over all of them what was given at spawn.
json::object agent_environment(const AgentSecrets& secrets, const json::object& given_at_spawn);

}
