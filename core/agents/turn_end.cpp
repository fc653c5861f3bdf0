#include "agents/turn_end.hpp"

#include "agents/checklist.hpp"
#include "agents/lifecycle_checks.hpp"
#include "agents/pilot.hpp"

namespace murmur {

void after_turn(Step& step) {
    if (step.deliver_queue() || remind_of_tasks(step) || ask_assessor(step)) return;
    settle(step);
}

void settle(Step& step, Phase phase) {
    Agent& agent = step.agent();
    if (step.deliver_queue()) return;
    // Why a push failed stays told until one succeeds.
    const std::string open_tasks = phase == Phase::task_complete ? open_tasks_text(agent) : std::string();
    if (!open_tasks.empty()) agent.reason = open_tasks;
    if (phase != Phase::task_complete || !has_pending_checks(agent)) return step.become_idle(phase);
    agent.working_on.clear();
    ++agent.idle_count;
    step.set_phase(Phase::checks_pending);
}

void apply_on_idle(Step& step) {
    Agent& agent = step.agent();
    if (!is_resting(agent) || agent.phase == Phase::checks_pending) return;
    if (agent.on_idle == OnIdle::terminate) return step.stop_session({Phase::completed, agent.reason, ""});
    if (agent.on_idle == OnIdle::keep_alive) return;
    if (agent.on_idle == OnIdle::terminate_when_prs_resolved) {
        if (are_prs_resolved(agent))
            return step.stop_session({Phase::completed, "all its pull requests are merged or closed", ""});
        if (!agent.pull_requests.empty()) return;  // awake until they are
    }
    if (agent.phase == Phase::sleeping) return;
    const auto own = std::chrono::milliseconds(agent.spec.sleep_after_ms);
    step.add_timer("idle", agent.idle_count, own.count() > 0 ? own : step.policy().sleep_after);
}

}
