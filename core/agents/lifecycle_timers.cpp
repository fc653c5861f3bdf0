#include "agents/budget.hpp"
#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"

namespace murmur {

void decide_on(Step& step, const command::TimerFired& timer) {
    Agent& agent = step.agent();
    if (timer.incarnation != agent.incarnation || is_terminal(agent.phase)) return;
    if (timer.what == "start" && !agent.runner && agent.phase == Phase::starting)
        return step.destroy(
            {Phase::failed, "the runner did not register in time", "Look at the machine's log, and at murmurd's."});
    if (timer.what == "stop" && agent.stopping) {
        step.note("error", "the session did not end in time");
        return step.destroy(agent.ending.value_or(Ending{}));
    }
    if (timer.what == "max-time") return on_turn_time(step, timer);
    if (timer.what == "idle" && timer.count == agent.idle_count && is_waiting(step.agent()) &&
        agent.on_idle == OnIdle::sleep)
        suspend(step);
}

}
