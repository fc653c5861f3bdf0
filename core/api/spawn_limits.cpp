#include "api/spawn_limits.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "api/budget_fields.hpp"

namespace murmur {

namespace {

constexpr const char* free_some = "Kill some that are not needed (murmur ls), or raise ";

Error too_many(const std::string& who, std::int64_t limit, const std::string& field) {
    return Error(Errc::resource_exhausted, who + " as many agents as pool-config allows: " + std::to_string(limit))
        .with_hint(free_some + std::string("it: murmur patch pool-config default --set ") + field + "=N");
}

std::optional<Resource> pool_config(ApiContext& context, const std::string& tenant) {
    return context.catalog.find({tenant, "pool-config", "", "default"});
}

bool is_of_service_profile(const std::string& workflow_id) {
    return workflow_id.find("/service_profile/") != std::string::npos;
}

}

SpawnAllowance::SpawnAllowance(ApiContext& context, const Caller& caller)
    : context_(context),
      tenant_(tenant_key(caller.tenant)),
      account_(caller.account),
      is_person_(caller.principal.kind == PrincipalKind::user),
      alive_(context.engine.alive_agents()) {
    const auto config = pool_config(context, tenant_);
    if (!config) return;
    const FieldReader limits(config->body);
    machines_max_ = limits.get_int("max_vms", 0);
    own_max_ = limits.get_int("max_agents_per_developer", 0);
    if (machines_max_ == 0 && own_max_ == 0) return;
    const std::vector<AgentRow> alive = context.reader.list_agents({tenant_, "", "", false});
    machines_ = static_cast<std::int64_t>(alive.size());
    own_ = std::count_if(alive.begin(), alive.end(), [&](const AgentRow& row) {
        return row.owner == account_ && row.slug.find('/') == std::string::npos &&
               !is_of_service_profile(row.workflow_id);
    });
}

void SpawnAllowance::take(const AgentId& id) {
    if (alive_ >= context_.options.agents_max)
        throw Error(Errc::resource_exhausted,
                    "there are " + std::to_string(context_.options.agents_max) + " agents already")
            .with_hint(free_some + std::string("max_agents in murmurd.yaml."));
    if (machines_max_ != 0 || own_max_ != 0) {
        if (context_.reader.find_agent(id.workflow_id())) return;
        if (machines_max_ > 0 && machines_ >= machines_max_)
            throw too_many("tenant \"" + tenant_ + "\" has", machines_max_, "max_vms");
        const bool is_own = is_person_ && id.owner_provider != "service_profile" && id.path.size() == 1;
        if (is_own && own_max_ > 0 && own_ >= own_max_)
            throw too_many(account_ + " has", own_max_, "max_agents_per_developer");
        ++machines_;
        own_ += is_own;
    }
    ++alive_;
}

Budget tenant_limits(ApiContext& context, const Caller& caller) {
    const auto config = pool_config(context, tenant_key(caller.tenant));
    return config ? limits_of(config->body) : Budget();
}

}
