#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace murmur {

/// A namespace of everything: an organisation or a person. Provider is "local", "github_oauth" or "github_app".
struct Tenant {
    std::string provider;
    std::string org;
    bool operator==(const Tenant&) const = default;
};

/// Who an agent is. A value.
struct AgentId {
    Tenant tenant;
    std::string owner_provider;
    std::string account;
    std::string workspace;
    std::vector<std::string> path;  ///< the root slug, then the child slugs

    bool operator==(const AgentId&) const = default;

    /// "fix-typo" or "parent/child".
    std::string slug() const;
    /// "local/alice/w/backend/fix-typo"; when owner and tenant differ
    /// "github_app/acme/w/api/github_oauth/alice/fix-typo".
    std::string workflow_id() const;
    /// "murmur/w/<workspace>/u/<account>/<slug>"; the slugs of a child are joined with "-".
    std::string branch() const;
};

/// [a-z][a-z0-9-]{0,62}: what slugs and the names of nearly all resources look like.
bool is_valid_name(std::string_view name);
/// Throws invalid_argument that names the slug and the rule, with a spelling that would do as the hint.
void check_slug(std::string_view slug);
/// The nearest valid name: lower case, other characters to "-", cut at 63; "workspace" when nothing is left.
std::string to_valid_name(std::string_view text);
/// The workspace name of a repository: the last part of its URL without ".git", made valid.
std::string workspace_name_of(std::string_view clone_url);

}
