#pragma once

#include <map>
#include <murmur/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/permission.hpp"
#include "identity/name_pattern.hpp"
#include "identity/principal.hpp"

namespace murmur {

/// A resource that says something about permissions: a role, group, tenant-binding or service-profile.
struct PolicyResource {
    std::string kind;
    std::string name;
    json::object body;
};

/// What a permission is asked for.
struct ResourceName {
    std::string name;              ///< as grants call it; empty: every resource of the kind
    std::string workflow_id = {};  ///< of an agent
};

/// Whether something is allowed, and because of what: "root", "tenant-binding:backend-admins", "own agent",
/// "denied: no matching grant".
struct Verdict {
    bool allowed = false;
    std::string reason;
};

/// Who may do what in one tenant. Pure, and constant once made, so safe from any thread.
///
/// Allowed is what any grant allows; of several the one of the first tenant-binding, in the order of names, is the
/// reason. What a resource says wrongly (a role that does not exist, a malformed permission) grants nothing.
class Policy {
public:
    explicit Policy(const std::vector<PolicyResource>& resources);
    Policy(const Policy&) = delete;
    Policy& operator=(const Policy&) = delete;

    Verdict evaluate(const Principal& principal, const Permission& permission, const ResourceName& resource) const;
    /// Whether there may be a resource for which it is allowed; a reason with a limit says so: "… (only alice/*)".
    Verdict evaluate_any(const Principal& principal, const Permission& permission) const;

    /// Names of the groups that the principal is in, in order.
    std::vector<std::string> groups_of(const Principal& principal) const;
    /// What was left out, for the log.
    const std::vector<std::string>& problems() const { return problems_; }

private:
    struct Group {
        bool has_admins = false;
        bool has_all_members = false;
        std::set<std::string, std::less<>> members;
    };
    struct Grant {
        std::string source;   ///< the reason: "tenant-binding:backend-admins"
        std::string profile;  ///< not empty: it is about this service profile alone
        std::set<std::string, std::less<>> users;
        std::vector<const Group*> groups;
        std::vector<PermissionPattern> permissions;
        std::optional<NamePattern> name_pattern;
    };
    struct Question;

    void add_role(const PolicyResource& resource);
    void add_group(const PolicyResource& resource);
    void add_grant(const json::value* written, const std::string& source, const std::string& profile);
    std::vector<PermissionPattern> read_permissions(const json::value* list, const std::string& source);
    const Grant* find_grant(const Question& question) const;
    static bool is_for(const Grant& grant, const Principal& principal, const std::string& name);
    static bool is_about(const Grant& grant, const Question& question);
    static bool is_in(const Group& group, const Principal& principal, const std::string& name);

    std::map<std::string, std::vector<PermissionPattern>, std::less<>> roles_;
    std::map<std::string, Group, std::less<>> groups_;
    std::vector<Grant> grants_;
    std::vector<std::string> problems_;
};

}
