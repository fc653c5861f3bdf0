#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"
#include "agents/recovery.hpp"

namespace murmur {

void decide_on(Step& step, const command::RunnerAttached& attached) {
    Agent& agent = step.agent();
    if (!agent.machine || attached.machine_id != agent.machine->id)
        throw Error(Errc::permission_denied,
                    "machine \"" + attached.machine_id + "\" is not that of " + quoted_slug(agent));
    if (agent.runner && agent.runner->id != attached.runner.id)
        throw Error(Errc::permission_denied, "the one-time token of " + quoted_slug(agent) + " has been used");
    if (agent.runner) return;
    // Its machine is removed, or will be with the answer to its start: there is nothing to save, and nothing may begin.
    if (agent.phase == Phase::destroying && !has_work(agent))
        throw Error(Errc::aborted,
                    quoted_slug(agent) + " is ending, and machine \"" + agent.machine->id + "\" is being removed");
    agent.runner = attached.runner;
    agent.machine->had_runner = true;
    step.note("runner", "runner registered, pid " + std::to_string(attached.runner.pid),
              {{"pid", attached.runner.pid}, {"version", attached.runner.version}});
    if (agent.recovery.is_rescue) step.set_deadline(step.policy().stop_deadline);
    if (agent.phase == Phase::starting) step.add_timer("prepare", agent.incarnation, step.policy().prepare_deadline);
}

void decide_on(Step& step, const command::AssignmentFailed& failed) {
    Agent& agent = step.agent();
    step.note("error", "assignment: " + failed.error.message(), {{"hint", failed.error.hint()}});
    // Nobody has worked on a machine whose first runner has never had its assignment.
    if (agent.machine->first_incarnation == agent.incarnation && agent.reports_seen == 0)
        agent.machine->had_runner = false;
    agent.runner.reset();
    if (agent.phase == Phase::destroying) return rescue(step);
    step.stop_session({Phase::failed, "no assignment: " + failed.error.message(), failed.error.hint()});
}

void decide_on(Step& step, const command::RunnerDetached& detached) {
    const Agent& agent = step.agent();
    if (!agent.runner || agent.runner->id != detached.runner_id || !machine_is_running(agent)) return;
    step.add_effect(EffectKind::inspect_machine);
}

void decide_on(Step& step, const command::RunnerReport& report) {
    const Agent& agent = step.agent();
    if (!agent.runner || agent.runner->id != report.runner_id)
        throw Error(Errc::aborted, "runner \"" + report.runner_id + "\" is not that of " + quoted_slug(agent));
    decide_report(step, report.report);
}

void decide_on(Step& step, const command::LeaseExpired& expired) {
    if (!machine_is_running(step.agent())) return;
    const std::string seconds = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(expired.lease).count());
    lose_runner(step, "no sign of life for " + seconds + " s");
}

}
