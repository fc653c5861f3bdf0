#include "api/budget_method.hpp"

#include <murmur/error.hpp>

#include "api/budget_fields.hpp"
#include "api/spawn_limits.hpp"

namespace murmur {

json::object set_budget(ApiContext& context, const Caller& caller, const Agent& agent, const FieldReader& request) {
    const bool is_itself =
        caller.principal.kind == PrincipalKind::agent && caller.principal.workflow_id == agent.id.workflow_id();
    if (is_itself)
        throw Error(Errc::permission_denied, "an agent cannot change its own budget")
            .with_hint("Ask for more in your answer: murmur budget " + agent.id.slug() + " is for people.");
    const json::object* const given = request.find_object("budget");
    if (!given) throw Error(Errc::invalid_argument, "budget is required");
    const FieldReader fields(*given, request.path_of("budget"));
    fields.reject_unknown({"max_cost_usd", "max_turns", "max_time_ms", "max_children"});

    const Budget wanted = read_budget(request, "budget");
    const Budget most = tenant_limits(context, caller);
    check_within(wanted, most);
    const Budget allowed = capped(wanted, most);  // none at all is as much as the tenant allows
    command::SetBudget set;
    if (fields.has("max_cost_usd")) set.max_cost_usd = allowed.max_cost_usd;
    if (fields.has("max_turns")) set.max_turns = allowed.max_turns;
    if (fields.has("max_time_ms")) set.max_time_ms = allowed.max_time_ms;
    if (fields.has("max_children")) set.max_children = allowed.max_children;
    context.engine.execute(agent.id.workflow_id(), set);
    return {};
}

}
