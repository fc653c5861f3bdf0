#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"

namespace murmur {

void decide_on(Step& step, const command::RunnerAttached& attached) {
    Agent& agent = step.agent();
    check_fence(agent, attached.incarnation);
    if (!agent.machine || attached.machine_id != agent.machine->id)
        throw Error(Errc::permission_denied,
                    "machine \"" + attached.machine_id + "\" is not that of " + quoted_slug(agent));
    if (agent.runner && agent.runner->id != attached.runner.id)
        throw Error(Errc::permission_denied, "the one-time token of " + quoted_slug(agent) + " has been used");
    if (agent.runner) return;
    agent.runner = attached.runner;
    step.note("runner", "runner registered, pid " + std::to_string(attached.runner.pid),
              {{"pid", attached.runner.pid}, {"version", attached.runner.version}});
}

void decide_on(Step& step, const command::AssignmentFailed& failed) {
    Agent& agent = step.agent();
    check_fence(agent, failed.incarnation);
    if (agent.phase == Phase::destroying) return;
    step.note("error", "assignment: " + failed.error.message(), {{"hint", failed.error.hint()}});
    step.destroy({Phase::failed, "no assignment: " + failed.error.message(), failed.error.hint()});
}

void decide_on(Step& step, const command::RunnerDetached& detached) {
    Agent& agent = step.agent();
    check_fence(agent, detached.incarnation);
    if (!agent.runner || agent.runner->id != detached.runner_id || !machine_is_running(step.agent())) return;
    step.add_effect(EffectKind::inspect_machine);
}

void decide_on(Step& step, const command::RunnerReport& report) {
    Agent& agent = step.agent();
    check_fence(agent, report.incarnation);
    if (!agent.runner || agent.runner->id != report.runner_id)
        throw Error(Errc::aborted, "runner \"" + report.runner_id + "\" is not that of " + quoted_slug(agent));
    decide_report(step, report.report);
}

void decide_on(Step& step, const command::LeaseExpired& expired) {
    check_fence(step.agent(), expired.incarnation);
    if (!machine_is_running(step.agent())) return;
    const std::string seconds = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(expired.lease).count());
    step.note("lease", "no sign of life from the runner for " + seconds + " s");
    step.destroy({Phase::failed, "the runner was lost: no sign of life for " + seconds + " s",
                  "Look at the log with: murmur watch " + step.agent().id.slug()});
}

}
