#include "api/agent_resource.hpp"

#include "api/agent_json.hpp"
#include "api/agent_lookup.hpp"
#include "base/time_text.hpp"

namespace murmur {

namespace {

json::object agent_id_fields(const AgentId& id) {
    json::array path;
    for (const std::string& part : id.path) path.push_back(json::string(part));
    return {{"tenant", json::object{{"provider", id.tenant.provider}, {"org", id.tenant.org}}},
            {"owner_provider", id.owner_provider},
            {"account", id.account},
            {"workspace", id.workspace},
            {"agent", std::move(path)}};
}

}

Resource agent_resource(const Agent& agent) {
    Resource resource;
    resource.key = {tenant_key(agent.id.tenant), "agent", "", agent.id.slug()};
    resource.generation = agent.generation;
    resource.author = agent.id.account;
    resource.created_at = agent.created_at;
    resource.updated_at = agent.updated_at;
    resource.body = {{"name", agent.id.slug()},
                     {"agent_id", agent_id_fields(agent.id)},
                     {"created_at", format_time(agent.created_at)}};
    if (agent.ended_at != TimePoint{}) resource.body.emplace("terminated_at", format_time(agent.ended_at));
    if (!agent.spec.purpose.empty()) resource.body.emplace("purpose", agent.spec.purpose);
    if (agent.id.owner_provider == "service_profile") resource.body.emplace("service_profile", agent.id.account);
    return resource;
}

std::vector<Resource> list_agent_resources(ApiContext& context, const Caller& caller) {
    std::vector<Resource> resources;
    for (const AgentRow& row : context.reader.list_agents({tenant_key(caller.tenant), "", "", false})) {
        if (!is_allowed(context, caller, "agent.read", row)) continue;
        Resource resource;
        resource.key = {tenant_key(caller.tenant), "agent", "", row.slug};
        resource.author = row.owner;
        resource.updated_at = row.progress_at;
        resource.body = {{"name", row.slug}, {"workspace", row.workspace}, {"account", row.owner}};
        resources.push_back(std::move(resource));
    }
    return resources;
}

Resource get_agent_resource(ApiContext& context, const Caller& caller, const std::string& name) {
    const json::object request{{"agent", json::object{{"slug", name}}}};
    return agent_resource(find_agent(context, caller, FieldReader(request), "agent.read"));
}

}
