#pragma once

#include <string>
#include <string_view>

#include "agents/agent_id.hpp"

namespace murmur {

enum class PrincipalKind { user, service_profile, agent };

/// Whom permissions are given to: a person, a service profile, or an agent on its machine. A value; who it is has been
/// proven before.
struct Principal {
    PrincipalKind kind = PrincipalKind::user;
    std::string provider;       ///< who vouches for the name: "local", "github_oauth", "service_profile"
    std::string name;           ///< of a user the account, of a profile its name, of an agent its slug ("parent/child")
    Tenant tenant;              ///< the one that the request is about
    bool is_root = false;       ///< may do everything: the operator
    bool is_org_admin = false;  ///< administers the organisation: a member of groups with `github_admin`
    std::string owner = {};     ///< of an agent: the account it works for
    std::string workspace = {};    ///< of an agent
    std::string workflow_id = {};  ///< of an agent

    /// "user:alice", "service-profile:ci-bot", "agent:fix-typo".
    std::string text() const;
    /// As lists of users and `${username}` call it: "alice", "service-profile:ci-bot". An agent has no such name.
    std::string grant_name() const;
};

/// The principal of someone identified by name.
Principal user_principal(const Tenant& tenant, std::string account);
Principal service_profile_principal(const Tenant& tenant, std::string profile);
Principal agent_principal(const AgentId& id);

/// Whose agent it is, as grants and the owners of user-secrets call it: "alice", "service-profile:ci-bot".
std::string owner_name(const AgentId& id);

/// What an agent is called where permissions are limited to names: "alice/fix-typo", "alice/fix-typo/tests"; of a
/// service profile "service-profile:ci-bot/nightly", so that no account can be taken for a profile.
std::string agent_resource_name(const AgentId& id);
std::string agent_resource_name(std::string_view workflow_id, const std::string& account, const std::string& slug);

/// Who vouches for the accounts of a tenant.
std::string account_provider(const Tenant& tenant);

}
