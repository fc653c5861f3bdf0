#include "api/identity_methods.hpp"

#include <murmur/error.hpp>

#include "api/agent_lookup.hpp"
#include "api/permission_note.hpp"

namespace murmur {

namespace {

// Every pair of a kind and a verb that there is, several times over.
constexpr std::size_t permissions_max = 1000;

/// "alice/fix-typo" where the caller has no agent "alice" with a child "fix-typo".
bool is_short_identity(ApiContext& context, const AgentId& own) {
    return own.path.size() > 1 && context.reader.find_slug(tenant_key(own.tenant), own.account, own.slug()).empty();
}

/// As a user writes it after "agent/": "fix-typo", "parent/child", "alice/fix-typo" or
/// "/w/<workspace>/u/<account>/<slug>".
ResourceName name_of_agent(ApiContext& context, const Caller& caller, const std::string& written) {
    const std::size_t slash = written.find('/');
    if (caller.principal.kind != PrincipalKind::agent && slash != std::string::npos && slash > 0) {
        AgentId own{
            caller.tenant, caller.provider, caller.account, "", {written.substr(0, slash), written.substr(slash + 1)}};
        if (is_short_identity(context, own)) return {written};
    }
    const AgentId id = resolve_agent(caller, written, "");
    return {agent_resource_name(id), id.workflow_id()};
}

/// What grants call the resource that the request names "kind/name".
ResourceName name_of_resource(ApiContext& context, const Caller& caller, const std::string& kind,
                              const std::string& name) {
    if (kind == "agent") return name_of_agent(context, caller, name);
    if (kind == "user-secret" && name.find('/') == std::string::npos) return {own_name(caller) + "/" + name};
    return {name};
}

}

json::object who_am_i(ApiContext& context, const Caller& caller, const FieldReader&) {
    const Principal& principal = caller.principal;
    json::array groups;
    for (const std::string& group : policy_of(context, caller)->groups_of(principal)) groups.emplace_back(group);
    return {{"tenant", tenant_key(caller.tenant)},
            {"principal", principal.text()},
            {"isAdmin", principal.is_root || principal.is_org_admin},
            {"groups", std::move(groups)}};
}

json::object check_permissions(ApiContext& context, const Caller& caller, const FieldReader& request) {
    const std::vector<std::string> asked = request.get_strings("permissions");
    const std::string resource = request.get_string("resource", "");
    if (asked.empty()) throw Error(Errc::invalid_argument, "permissions is required");
    if (asked.size() > permissions_max)
        throw Error(Errc::invalid_argument, "more than " + std::to_string(permissions_max) + " permissions");
    const std::size_t slash = resource.find('/');
    if (!resource.empty() && (slash == std::string::npos || slash == 0 || slash + 1 == resource.size()))
        throw Error(Errc::invalid_argument, "resource \"" + resource + "\" must be <kind>/<name>")
            .with_hint("For example agent/fix-typo.");
    const std::string kind = resource.substr(0, slash);

    const auto policy = policy_of(context, caller);
    json::array checks;
    for (const std::string& text : asked) {
        const Permission permission = parse_permission(text);
        if (!resource.empty() && permission.kind != kind)
            throw Error(Errc::invalid_argument, "permission \"" + text + "\" is not about kind \"" + kind + "\"")
                .with_hint("Ask for it without --resource, or with " + permission.kind + "/<name>.");
        const Verdict verdict =
            resource.empty() ? policy->evaluate_any(caller.principal, permission)
                             : policy->evaluate(caller.principal, permission,
                                                name_of_resource(context, caller, kind, resource.substr(slash + 1)));
        json::object check{{"permission", text}, {"granted", verdict.allowed}, {"reason", verdict.reason}};
        if (std::string note = note_on_permission(context.catalog.kinds(), permission); !note.empty())
            check["note"] = std::move(note);
        checks.push_back(std::move(check));
    }
    return {{"checks", std::move(checks)}};
}

}
