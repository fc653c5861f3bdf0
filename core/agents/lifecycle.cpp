#include "agents/lifecycle.hpp"

#include <algorithm>

#include "agents/step.hpp"

namespace murmur {

namespace {

// More than this is not a queue of follow-ups but a mistake; each is at most message_bytes_max.
constexpr std::size_t queue_length_max = 1000;
constexpr std::size_t message_bytes_max = 256 << 10;
// A caller repeats a request within seconds; this many others may come in between.
constexpr std::size_t request_ids_kept = 100;

std::string quoted_slug(const Agent& agent) { return "agent \"" + agent.id.slug() + "\""; }

void require_alive(const Agent& agent) {
    if (!is_terminal(agent.phase) && agent.phase != Phase::destroying && !agent.stopping) return;
    throw Error(Errc::failed_precondition, quoted_slug(agent) +
                                               (is_terminal(agent.phase) ? " has ended (" : " is ending (") +
                                               phase_short_name(agent.phase) + ")")
        .with_hint("Start it again with: murmur spawn --force-new " + agent.id.slug() + " \"…\"");
}

void check_message(const std::string& text) {
    if (text.empty()) throw Error(Errc::invalid_argument, "message is empty");
    if (text.size() > message_bytes_max)
        throw Error(Errc::invalid_argument, "message of " + std::to_string(text.size()) + " bytes is longer than " +
                                                std::to_string(message_bytes_max))
            .with_hint("Put long material into a file of the repository and point to it.");
}

bool is_repeated(const Agent& agent, const std::string& request_id) {
    return !request_id.empty() &&
           std::find(agent.request_ids.begin(), agent.request_ids.end(), request_id) != agent.request_ids.end();
}

void remember_request(Agent& agent, const std::string& request_id) {
    if (request_id.empty()) return;
    if (agent.request_ids.size() >= request_ids_kept) agent.request_ids.erase(agent.request_ids.begin());
    agent.request_ids.push_back(request_id);
}

void check_fence(const Agent& agent, std::int64_t incarnation) {
    if (incarnation == agent.incarnation && !is_terminal(agent.phase)) return;
    throw Error(Errc::aborted, "incarnation " + std::to_string(incarnation) + " of " + quoted_slug(agent) + " is over");
}

/// Decides about one command each; the overloads are what std::visit chooses from.
struct Decider {
    Step& step;

    void operator()(const command::Spawn& spawn) { decide_spawn(step, spawn); }

    void operator()(const command::AddFollowUp& add) {
        Agent& agent = step.agent();
        if (is_repeated(agent, add.request_id)) return;
        require_alive(agent);
        check_message(add.text);
        if (agent.queue.size() >= queue_length_max)
            throw Error(Errc::resource_exhausted,
                        "the queue of " + quoted_slug(agent) + " is full (" + std::to_string(queue_length_max) + ")")
                .with_hint("Wait until it has worked some off, or: murmur queue clear " + agent.id.slug());
        remember_request(agent, add.request_id);
        agent.queue.push_back({add.message_id, add.text, step.now()});
        step.note("queue", "follow-up added", {{"id", add.message_id}, {"text", add.text}});
        serve_queue();
    }

    void operator()(const command::SendMessage& send) {
        Agent& agent = step.agent();
        if (is_repeated(agent, send.request_id)) return;
        require_alive(agent);
        check_message(send.text);
        remember_request(agent, send.request_id);
        const FollowUp message{send.message_id, send.text, step.now()};
        if (agent.phase == Phase::sleeping || agent.phase == Phase::starting || !machine_is_running()) {
            agent.queue.insert(agent.queue.begin(), message);
            step.note("queue", "message added", {{"id", send.message_id}, {"text", send.text}});
            return serve_queue();
        }
        step.note("message", "message sent", {{"id", send.message_id}, {"text", send.text}});
        step.deliver({message}, agent.turn_running);
    }

    void operator()(const command::ClearQueue&) {
        if (step.agent().queue.empty()) return;
        const std::size_t count = step.agent().queue.size();
        step.agent().queue.clear();
        step.note("queue", "cleared " + std::to_string(count), {{"cleared", count}});
    }

    void operator()(const command::SetDequeueStrategy& set) {
        require_alive(step.agent());
        step.agent().dequeue_strategy = set.strategy;
        step.note("queue", std::string("strategy ") + boost::describe::enum_to_string(set.strategy, "?"));
    }

    void operator()(const command::SetOnIdle& set) {
        Agent& agent = step.agent();
        require_alive(agent);
        agent.on_idle = set.on_idle;
        step.note("on-idle", on_idle_name(set.on_idle));
        if (is_waiting() && set.on_idle == OnIdle::sleep)
            step.add_timer("idle", ++agent.idle_count, step.policy().sleep_after);
    }

    void operator()(const command::Interrupt&) {
        require_alive(step.agent());
        if (step.agent().phase == Phase::sleeping || !step.agent().runner)
            throw Error(Errc::failed_precondition, quoted_slug(step.agent()) + " has no turn to interrupt (" +
                                                       phase_short_name(step.agent().phase) + ")");
        step.note("interrupt", "interrupt asked for");
        step.send_to_runner({{"interrupt", json::object()}});
    }

    void operator()(const command::Stop&) {
        Agent& agent = step.agent();
        if (is_terminal(agent.phase) || agent.stopping || agent.phase == Phase::destroying) return;
        step.note("stop", "stop asked for");
        if (agent.machine &&
            (agent.machine->phase == MachinePhase::suspended || agent.machine->phase == MachinePhase::suspending)) {
            // It cannot listen now: let it go on first. The command waits in the outbox.
            step.stop_session({Phase::completed, "stopped", ""});
            if (agent.machine->phase == MachinePhase::suspended) resume();
            return;
        }
        step.stop_session({Phase::completed, "stopped", ""});
    }

    void operator()(const command::Kill&) {
        Agent& agent = step.agent();
        if (is_terminal(agent.phase)) return;
        agent.ending.reset();
        step.note("kill", "kill asked for");
        step.destroy({Phase::killed, "", ""});
    }

    void operator()(const command::Sleep&) {
        Agent& agent = step.agent();
        require_alive(agent);
        if (agent.phase == Phase::sleeping) return;
        if (!is_waiting())
            throw Error(Errc::failed_precondition,
                        quoted_slug(agent) + " is busy (" + phase_short_name(agent.phase) + ")")
                .with_hint("Wait for its turn to end, or: murmur session interrupt " + agent.id.slug());
        suspend();
    }

    void operator()(const command::Wake&) {
        Agent& agent = step.agent();
        require_alive(agent);
        if (agent.machine && agent.machine->phase == MachinePhase::suspended) resume();
        if (agent.machine && agent.machine->phase == MachinePhase::suspending && !agent.wake_wanted) {
            agent.wake_wanted = true;
            step.touch();
        }
    }

    template <class Other>
    void operator()(const Other&) {
        throw Error(Errc::unimplemented, "this command is not available in this version");
    }

    void operator()(const command::MachineStarted& started) {
        check_incarnation(started.incarnation);
        Agent& agent = step.agent();
        if (!agent.machine || agent.machine->exists) return;
        agent.machine->exists = true;
        agent.machine->handle = started.handle.data;
        agent.machine->phase = MachinePhase::running;
        step.note("machine", "machine " + agent.machine->id + " started on " + agent.machine->substrate);
        if (agent.phase == Phase::destroying && agent.ending) return step.destroy(*agent.ending);
        if (!agent.runner) step.add_timer("start", agent.incarnation, step.policy().start_deadline);
    }

    void operator()(const command::MachineFailed& failed) {
        check_incarnation(failed.incarnation);
        Agent& agent = step.agent();
        if (!agent.machine) return;
        step.note("error", failed.what + ": " + failed.error.message());
        if (failed.what == "find" || failed.what == "start") {
            // A start that failed may have left something behind; where there is no substrate there is nothing.
            agent.machine->exists = failed.what == "start";
            if (failed.what == "find") agent.machine->phase = MachinePhase::gone;
            return step.destroy({Phase::failed, "no machine: " + failed.error.message(), failed.error.hint()});
        }
        if (failed.what == "suspend" && agent.machine->phase == MachinePhase::suspending) {
            agent.machine->phase = MachinePhase::running;
            if (!step.deliver_queue()) step.set_phase(Phase::idle);
            return;
        }
        if (failed.what == "resume")
            step.destroy({Phase::failed, "the machine did not wake: " + failed.error.message(), failed.error.hint()});
    }

    void operator()(const command::MachineInspected& inspected) {
        check_incarnation(inspected.incarnation);
        Agent& agent = step.agent();
        if (!agent.machine || agent.machine->phase == MachinePhase::destroying) return;
        if (inspected.status.state != MachineState::gone) return;
        const std::string detail = inspected.status.detail.empty() ? "" : ": " + inspected.status.detail;
        step.note("machine", "machine " + agent.machine->id + " is gone" + detail);
        // What is left of it (files, processes) still has to go.
        step.destroy(
            {Phase::failed, "the runner died" + detail, "Look at the log with: murmur watch " + agent.id.slug()});
    }

    void operator()(const command::MachineSuspended& suspended) {
        check_incarnation(suspended.incarnation);
        Agent& agent = step.agent();
        if (!agent.machine || agent.machine->phase != MachinePhase::suspending) return;
        agent.machine->phase = MachinePhase::suspended;
        step.note("machine", "machine " + agent.machine->id + " stopped");
        if (!agent.queue.empty() || agent.stopping || agent.wake_wanted) return resume();
        step.set_phase(Phase::sleeping);
    }

    void operator()(const command::MachineResumed& resumed) {
        check_incarnation(resumed.incarnation);
        Agent& agent = step.agent();
        if (!agent.machine || agent.machine->phase != MachinePhase::resuming) return;
        agent.machine->phase = MachinePhase::running;
        step.note("machine", "machine " + agent.machine->id + " started again");
        if (agent.phase == Phase::destroying) return;
        if (!step.deliver_queue()) step.become_idle(Phase::idle);
    }

    void operator()(const command::MachineDestroyed& destroyed) {
        check_incarnation(destroyed.incarnation);
        Agent& agent = step.agent();
        if (!agent.machine) return;
        agent.machine->phase = MachinePhase::gone;
        step.note("machine", "machine " + agent.machine->id + " removed");
        step.finish();
    }

    void operator()(const command::RunnerAttached& attached) {
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

    void operator()(const command::AssignmentFailed& failed) {
        Agent& agent = step.agent();
        check_fence(agent, failed.incarnation);
        if (agent.phase == Phase::destroying) return;
        step.note("error", "assignment: " + failed.error.message(), {{"hint", failed.error.hint()}});
        step.destroy({Phase::failed, "no assignment: " + failed.error.message(), failed.error.hint()});
    }

    void operator()(const command::RunnerDetached& detached) {
        Agent& agent = step.agent();
        check_fence(agent, detached.incarnation);
        if (!agent.runner || agent.runner->id != detached.runner_id || !machine_is_running()) return;
        step.add_effect(EffectKind::inspect_machine);
    }

    void operator()(const command::RunnerReport& report) {
        Agent& agent = step.agent();
        check_fence(agent, report.incarnation);
        if (!agent.runner || agent.runner->id != report.runner_id)
            throw Error(Errc::aborted, "runner \"" + report.runner_id + "\" is not that of " + quoted_slug(agent));
        decide_report(step, report.report);
    }

    void operator()(const command::LeaseExpired& expired) {
        check_incarnation(expired.incarnation);
        if (!machine_is_running()) return;
        const std::string seconds =
            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(expired.lease).count());
        step.note("lease", "no sign of life from the runner for " + seconds + " s");
        step.destroy({Phase::failed, "the runner was lost: no sign of life for " + seconds + " s",
                      "Look at the log with: murmur watch " + step.agent().id.slug()});
    }

    void operator()(const command::TimerFired& timer) {
        Agent& agent = step.agent();
        if (timer.incarnation != agent.incarnation || is_terminal(agent.phase)) return;
        if (timer.what == "start" && !agent.runner && agent.phase == Phase::starting)
            return step.destroy(
                {Phase::failed, "the runner did not register in time", "Look at the machine's log, and at murmurd's."});
        if (timer.what == "stop" && agent.stopping) {
            step.note("error", "the session did not end in time");
            return step.destroy(agent.ending.value_or(Ending{}));
        }
        if (timer.what == "idle" && timer.count == agent.idle_count && is_waiting() && agent.on_idle == OnIdle::sleep)
            suspend();
    }

private:
    bool machine_is_running() { return step.agent().machine && step.agent().machine->phase == MachinePhase::running; }
    bool is_waiting() {
        const Phase phase = step.agent().phase;
        return (phase == Phase::task_complete || phase == Phase::idle) && !step.agent().turn_running &&
               machine_is_running();
    }

    /// Results of effects of a life that is over are no news.
    void check_incarnation(std::int64_t incarnation) { check_fence(step.agent(), incarnation); }

    void serve_queue() {
        if (step.agent().machine && step.agent().machine->phase == MachinePhase::suspended) return resume();
        if (is_waiting()) step.deliver_queue();
    }

    void suspend() {
        step.agent().wake_wanted = false;
        step.agent().machine->phase = MachinePhase::suspending;
        step.note("machine", "going to sleep");
        step.add_effect(EffectKind::suspend_machine);
    }

    void resume() {
        step.agent().machine->phase = MachinePhase::resuming;
        step.note("machine", "waking up");
        step.add_effect(EffectKind::resume_machine);
    }
};

}

Decision decide(const Agent& agent, const Command& command, const LifecyclePolicy& policy, TimePoint now,
                const Surroundings&) {
    Step step(agent, policy, now);
    std::visit(Decider{step}, command);
    return std::move(step).take();
}

void decide_spawn(Step& step, const command::Spawn& spawn) {
    Agent& agent = step.agent();
    const bool exists = agent.incarnation > 0;
    if (exists && is_repeated(agent, spawn.request_id)) return;
    if (exists && !is_terminal(agent.phase))
        throw Error(Errc::already_exists,
                    quoted_slug(agent) + " is already there (" + phase_short_name(agent.phase) + ")")
            .with_hint("Give it more to do with: murmur queue add " + agent.id.slug() + " \"…\"");
    if (exists && !spawn.force_new)
        throw Error(Errc::already_exists, quoted_slug(agent) + " has ended (" + phase_short_name(agent.phase) + ")")
            .with_hint("Start it anew with: murmur spawn --force-new " + agent.id.slug() + " \"…\"");

    Agent fresh;
    fresh.row = agent.row;
    fresh.generation = agent.generation;
    fresh.incarnation = agent.incarnation + 1;
    fresh.last_event = agent.last_event;
    fresh.last_session_event = agent.last_session_event;
    fresh.id = spawn.id;
    fresh.spec = spawn.spec;
    fresh.repos = spawn.repos;
    fresh.on_idle = spawn.on_idle;
    fresh.dequeue_strategy = spawn.dequeue_strategy;
    fresh.session_id = spawn.session_id;
    remember_request(fresh, spawn.request_id);
    fresh.created_at = step.now();
    fresh.machine = Machine{spawn.machine_id, spawn.spec.substrate, MachinePhase::requested, false, {}, {}};
    agent = std::move(fresh);

    step.note("spawned", spawn.spec.prompt.empty() ? "spawned" : spawn.spec.prompt,
              {{"branch", agent.id.branch()}, {"backend", agent.spec.backend}, {"incarnation", agent.incarnation}});
    step.add_effect(EffectKind::start_machine);
    // The engine fills the assignment in when it is sent: it holds values that must not be stored.
    step.send_to_runner({{"assignment", json::object{{"messageId", spawn.message_id}}}});
    if (!spawn.spec.prompt.empty()) {
        agent.sent.push_back({spawn.message_id, spawn.spec.prompt, step.now()});
        agent.turn_running = true;
        agent.working_on = spawn.spec.prompt.substr(0, spawn.spec.prompt.find('\n'));
    }
}

}
