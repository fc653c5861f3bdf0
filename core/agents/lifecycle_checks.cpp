#include "agents/lifecycle_checks.hpp"

#include <algorithm>

namespace murmur {

namespace {

// A caller repeats a request within seconds; this many others may come in between.
constexpr std::size_t request_ids_kept = 100;

}

std::string quoted_slug(const Agent& agent) { return "agent \"" + agent.id.slug() + "\""; }

std::string spawn_with(const char* flag, const Agent& agent) {
    return std::string("murmur spawn ") + flag + " " + (agent.id.path.empty() ? std::string() : agent.id.path.back());
}

std::string only_within_parent(const Agent& agent) {
    if (agent.id.path.size() < 2) return {};
    AgentId parent = agent.id;
    parent.path.pop_back();
    return " (within the session of \"" + parent.slug() + "\")";
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

bool machine_is_running(const Agent& agent) { return agent.machine && agent.machine->phase == MachinePhase::running; }

bool is_waiting(const Agent& agent) {
    return agent.phase != Phase::sleeping && is_resting(agent) && machine_is_running(agent);
}

bool is_resting(const Agent& agent) {
    const bool rests = agent.phase == Phase::task_complete || agent.phase == Phase::idle ||
                       agent.phase == Phase::checks_pending || agent.phase == Phase::sleeping;
    return rests && !agent.turn_running;
}

void serve_queue(Step& step) {
    if (step.agent().machine && step.agent().machine->phase == MachinePhase::suspended) return resume(step);
    if (is_waiting(step.agent())) step.deliver_queue();
}

void suspend(Step& step) {
    step.agent().wake_wanted = false;
    step.agent().machine->phase = MachinePhase::suspending;
    step.note("machine", "going to sleep");
    step.add_effect(EffectKind::suspend_machine);
}

void resume(Step& step) {
    step.agent().machine->phase = MachinePhase::resuming;
    step.note("machine", "waking up");
    step.add_effect(EffectKind::resume_machine);
}

}
