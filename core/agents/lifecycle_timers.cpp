#include <murmur/settings.hpp>

#include "agents/budget.hpp"
#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"
#include "agents/recovery.hpp"

namespace murmur {

namespace {

void on_deadline(Step& step) {
    Agent& agent = step.agent();
    if (agent.phase != Phase::destroying) return;
    if (!has_work(agent)) return step.destroy();
    if (agent.recovery.save_failed) {  // it is trying: the work is not to be lost for that
        agent.recovery.save_failed = false;
        return step.set_deadline(step.policy().stop_deadline);
    }
    step.note("error", "the session did not end in time");
    rescue(step);
}

}

void decide_on(Step& step, const command::TimerFired& timer) {
    Agent& agent = step.agent();
    if (timer.what == "start" && !agent.runner && machine_is_running(agent))
        return lose_runner(step, "it did not register in time");
    if (timer.what == "prepare" && agent.phase == Phase::starting && agent.runner && machine_is_running(agent))
        return lose_runner(step, "its session was not ready within " + format_duration(step.policy().prepare_deadline));
    if (timer.what == "stop" && timer.count == agent.recovery.deadlines) return on_deadline(step);
    if (timer.what == "max-time") return on_turn_time(step, timer);
    const bool may_sleep = agent.on_idle == OnIdle::sleep ||
                           (agent.on_idle == OnIdle::terminate_when_prs_resolved && agent.pull_requests.empty());
    if (timer.what == "idle" && timer.count == agent.idle_count && is_waiting(agent) && may_sleep) suspend(step);
}

}
