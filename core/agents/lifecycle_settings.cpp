#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"

namespace murmur {

void decide_on(Step& step, const command::SetDequeueStrategy& set) {
    require_alive(step.agent());
    step.agent().dequeue_strategy = set.strategy;
    step.note("queue", std::string("strategy ") + boost::describe::enum_to_string(set.strategy, "?"));
}

void decide_on(Step& step, const command::SetOnIdle& set) {
    Agent& agent = step.agent();
    require_alive(agent);
    agent.on_idle = set.on_idle;
    step.note("on-idle", on_idle_name(set.on_idle));
    if (is_waiting(step.agent()) && set.on_idle == OnIdle::sleep)
        step.add_timer("idle", ++agent.idle_count, step.policy().sleep_after);
}

void decide_on(Step&, const command::SetConflictResolution&) {
    throw Error(Errc::unimplemented, "this command is not available in this version");
}

void decide_on(Step&, const command::ReportPullRequest&) {
    throw Error(Errc::unimplemented, "this command is not available in this version");
}

}
