#include "api/spawn_limits.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "api/agent_lookup.hpp"

namespace murmur {

namespace {

constexpr const char* free_some = "Kill some that are not needed (murmur ls), or raise ";

Error too_many(const std::string& who, std::int64_t limit, const std::string& field) {
    return Error(Errc::resource_exhausted, who + " as many agents as pool-config allows: " + std::to_string(limit))
        .with_hint(free_some + std::string("it: murmur patch pool-config default --set ") + field + "=N");
}

}

void check_spawn_limits(ApiContext& context, const Caller& caller, const AgentId& id) {
    if (context.engine.alive_agents() >= context.options.agents_max)
        throw Error(Errc::resource_exhausted,
                    "there are " + std::to_string(context.options.agents_max) + " agents already")
            .with_hint(free_some + std::string("max_agents in murmurd.yaml."));
    const std::string tenant = tenant_key(caller.tenant);
    const auto config = context.catalog.find({tenant, "pool-config", "", "default"});
    if (!config) return;
    const FieldReader limits(config->body);
    const std::int64_t machines_max = limits.get_int("max_vms", 0);
    const std::int64_t own_max = limits.get_int("max_agents_per_developer", 0);
    if (machines_max == 0 && own_max == 0) return;
    if (context.reader.find_agent(id.workflow_id())) return;

    const std::vector<AgentRow> alive = context.reader.list_agents({tenant, "", "", false});
    if (machines_max > 0 && static_cast<std::int64_t>(alive.size()) >= machines_max)
        throw too_many("tenant \"" + tenant + "\" has", machines_max, "max_vms");
    const bool is_person = caller.principal.kind == PrincipalKind::user;
    const auto own = std::count_if(alive.begin(), alive.end(), [&](const AgentRow& row) {
        return row.owner == caller.account && row.slug.find('/') == std::string::npos;
    });
    if (is_person && own_max > 0 && own >= own_max)
        throw too_many(caller.account + " has", own_max, "max_agents_per_developer");
}

}
