#include "api/status_method.hpp"

#include "api/agent_json.hpp"

namespace murmur {

namespace {

// What one answer may hold. A longer timeline is what WatchAgent is for.
constexpr std::size_t timeline_max = 10'000;
constexpr std::size_t children_max = 10'000;

json::array timeline_of(ApiContext& context, const Agent& agent) {
    json::array timeline;
    for (const AgentEvent& event : context.reader.events_after(agent.row, {}, timeline_max))
        timeline.push_back(agent_event_json(event));
    return timeline;
}

bool may_read(ApiContext& context, const Caller& caller, const Agent& agent) {
    AgentRow row;
    row.workflow_id = agent.id.workflow_id();
    row.owner = agent.id.account;
    row.slug = agent.id.slug();
    return is_allowed(context, caller, "agent.read", row);
}

void add_children(ApiContext& context, const Caller& caller, const Agent& parent, json::array& all) {
    for (const Child& known : parent.family.children) {
        if (all.size() >= children_max) return;
        const auto child = context.reader.find_agent(known.workflow_id);
        // The tree of ids is the tree of agents: nothing comes twice.
        if (!child || child->id.path.size() != parent.id.path.size() + 1) continue;
        if (may_read(context, caller, *child)) all.push_back(agent_json(*child, context.clock.now()));
        add_children(context, caller, *child, all);
    }
}

}

json::object get_agent(ApiContext& context, const Caller& caller, const Agent& agent, const FieldReader& request) {
    json::object answer{{"agent", agent_json(agent, context.clock.now())}};
    if (request.get_bool("timeline", false)) answer.emplace("timeline", timeline_of(context, agent));
    if (request.get_bool("children", false)) {
        json::array children;
        add_children(context, caller, agent, children);
        answer.emplace("children", std::move(children));
    }
    return answer;
}

}
