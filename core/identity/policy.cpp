#include "identity/policy.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "identity/agent_rights.hpp"

namespace murmur {

namespace {

constexpr const char* denied = "denied: no matching grant";
constexpr const char* profile_kind = "service-profile";
constexpr const char* every_profile = "service-profile:*";

const json::value* member_of(const json::value* value, std::string_view name) {
    return value && value->is_object() ? value->get_object().if_contains(name) : nullptr;
}

std::vector<std::string> strings_of(const json::value* list) {
    std::vector<std::string> strings;
    if (list && list->is_array())
        for (const json::value& item : list->get_array())
            if (item.is_string()) strings.emplace_back(item.get_string());
    return strings;
}

std::string text_of(const json::value* value) {
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool has_name(const std::set<std::string, std::less<>>& names, const Principal& principal, const std::string& name) {
    return names.contains(name) || (principal.kind == PrincipalKind::service_profile && names.contains(every_profile));
}

}

/// One evaluation: who asks for what.
struct Policy::Question {
    const Principal& principal;
    const Permission& permission;
    const ResourceName* resource;  ///< null: any
    std::string name;              ///< of the principal, as grants call it
    NamePattern::Variables variables() const { return {principal.provider, name}; }
};

Policy::Policy(const std::vector<PolicyResource>& resources) {
    // Grants last: they need to find roles and groups.
    std::vector<const PolicyResource*> bindings, profiles;
    for (const PolicyResource& resource : resources) {
        if (resource.kind == "role") add_role(resource);
        if (resource.kind == "group") add_group(resource);
        if (resource.kind == "tenant-binding") bindings.push_back(&resource);
        if (resource.kind == profile_kind) profiles.push_back(&resource);
    }
    const auto by_name = [](const PolicyResource* a, const PolicyResource* b) { return a->name < b->name; };
    std::stable_sort(bindings.begin(), bindings.end(), by_name);
    std::stable_sort(profiles.begin(), profiles.end(), by_name);
    for (const PolicyResource* binding : bindings)
        add_grant(binding->body.if_contains("grant"), binding->kind + ":" + binding->name, "");
    for (const PolicyResource* profile : profiles) {
        const json::value* grants = profile->body.if_contains("grants");
        if (!grants || !grants->is_array()) continue;
        for (const json::value& grant : grants->get_array())
            add_grant(&grant, profile->kind + ":" + profile->name, profile->name);
    }
}

void Policy::add_role(const PolicyResource& resource) {
    roles_[resource.name] = read_permissions(resource.body.if_contains("permissions"), "role:" + resource.name);
}

void Policy::add_group(const PolicyResource& resource) {
    Group& group = groups_[resource.name];
    group.has_admins = resource.body.contains("github_admin");
    group.has_all_members = resource.body.contains("all_tenant_members");
    for (std::string& member : strings_of(member_of(resource.body.if_contains("static"), "members")))
        group.members.insert(std::move(member));
}

void Policy::add_grant(const json::value* written, const std::string& source, const std::string& profile) {
    if (!written || !written->is_object()) {
        problems_.push_back(source + ": has no grant");
        return;
    }
    Grant grant{source, profile, {}, {}, {}, std::nullopt};
    for (std::string& user : strings_of(member_of(written, "users"))) grant.users.insert(std::move(user));
    for (const std::string& name : strings_of(member_of(written, "groups"))) {
        const auto group = groups_.find(name);
        if (group == groups_.end()) {
            problems_.push_back(source + ": group \"" + name + "\" does not exist");
        } else {
            grant.groups.push_back(&group->second);
        }
    }
    if (const std::string role = text_of(member_of(written, "role")); !role.empty()) {
        const auto found = roles_.find(role);
        if (found == roles_.end()) {
            problems_.push_back(source + ": role \"" + role + "\" does not exist");
            return;
        }
        grant.permissions = found->second;
    } else {
        grant.permissions = read_permissions(member_of(member_of(written, "inline"), "permissions"), source);
    }
    if (const std::string pattern = text_of(member_of(written, "name_pattern")); !pattern.empty()) {
        try {
            grant.name_pattern.emplace(pattern);
        } catch (const Error& error) {
            // Without its limit the grant would give more than was meant.
            problems_.push_back(source + ": " + error.message());
            return;
        }
    }
    grants_.push_back(std::move(grant));
}

std::vector<PermissionPattern> Policy::read_permissions(const json::value* list, const std::string& source) {
    std::vector<PermissionPattern> patterns;
    for (const std::string& text : strings_of(list)) {
        try {
            patterns.push_back(parse_permission_pattern(text));
        } catch (const Error& error) {
            problems_.push_back(source + ": " + error.message());
        }
    }
    return patterns;
}

Verdict Policy::evaluate(const Principal& principal, const Permission& permission, const ResourceName& resource) const {
    if (principal.is_root) return {true, "root"};
    if (principal.kind == PrincipalKind::agent) return evaluate_agent(principal, permission, resource);
    const Grant* grant = find_grant({principal, permission, &resource, principal.grant_name()});
    return grant ? Verdict{true, grant->source} : Verdict{false, denied};
}

Verdict Policy::evaluate_any(const Principal& principal, const Permission& permission) const {
    if (principal.is_root) return {true, "root"};
    if (principal.kind == PrincipalKind::agent) return evaluate_agent_any(permission);
    const Question every{principal, permission, nullptr, principal.grant_name()};
    // One that is about all of them says more than one that is about some.
    const ResourceName all{};
    if (const Grant* grant = find_grant({principal, permission, &all, every.name})) return {true, grant->source};
    const Grant* grant = find_grant(every);
    if (!grant) return {false, denied};
    const std::string limit = grant->name_pattern ? grant->name_pattern->text(every.variables()) : grant->profile;
    return {true, grant->source + " (only " + limit + ")"};
}

std::vector<std::string> Policy::groups_of(const Principal& principal) const {
    std::vector<std::string> names;
    for (const auto& [name, group] : groups_)
        if (is_in(group, principal, principal.grant_name())) names.push_back(name);
    return names;
}

const Policy::Grant* Policy::find_grant(const Question& question) const {
    for (const Grant& grant : grants_) {
        const bool has_permission =
            std::any_of(grant.permissions.begin(), grant.permissions.end(),
                        [&](const PermissionPattern& pattern) { return pattern.matches(question.permission); });
        if (has_permission && is_about(grant, question) && is_for(grant, question.principal, question.name))
            return &grant;
    }
    return nullptr;
}

bool Policy::is_for(const Grant& grant, const Principal& principal, const std::string& name) {
    return has_name(grant.users, principal, name) ||
           std::any_of(grant.groups.begin(), grant.groups.end(),
                       [&](const Group* group) { return is_in(*group, principal, name); });
}

bool Policy::is_about(const Grant& grant, const Question& question) {
    if (!grant.profile.empty() && question.permission.kind != profile_kind) return false;
    if (!question.resource) return true;
    const std::string& name = question.resource->name;
    if (!grant.profile.empty() && name != grant.profile) return false;
    return !grant.name_pattern || (!name.empty() && grant.name_pattern->matches(name, question.variables()));
}

bool Policy::is_in(const Group& group, const Principal& principal, const std::string& name) {
    if (principal.kind == PrincipalKind::agent) return false;
    if (group.has_all_members && principal.kind == PrincipalKind::user) return true;
    if (group.has_admins && principal.is_org_admin) return true;
    return has_name(group.members, principal, name);
}

}
