#include "agents/removal.hpp"

#include "agents/lifecycle_checks.hpp"

namespace murmur {

namespace {

// Errors with changing details (ids of processes, say) must not fill the log for as long as a machine stays.
constexpr std::int64_t removal_events_max = 10;

constexpr std::string_view between_reasons = "; ", between_hints = " ";

std::string reason_of(const Removal& removal) {
    return "machine " + removal.machine_id + " could not be removed yet, and it is tried again: " + removal.error;
}

std::string hint_for(const Agent& agent) {
    const Removal& removal = agent.machine->removal;
    if (is_terminal(agent.phase)) return removal.hint;
    return removal.hint + (removal.hint.empty() ? "" : " ") +
           "To let the agent end before that: murmur kill --discard " + agent.id.slug();
}

void append(std::string& text, std::string_view between, const std::string& more) {
    if (!text.empty() && !more.empty()) text += between;
    text += more;
}

void take_off(std::string& text, std::string_view between, const std::string& more) {
    if (more.empty() || !text.ends_with(more)) return;
    text.resize(text.size() - more.size());
    if (text.ends_with(between)) text.resize(text.size() - between.size());
}

void tell_in_status(Agent& agent) {
    if (!is_terminal(agent.phase)) {  // what it will be told of when it has ended stands first
        const Ending ending = agent.ending.value_or(Ending{});
        agent.reason = ending.reason;
        agent.hint = ending.hint;
    }
    append(agent.reason, between_reasons, reason_of(agent.machine->removal));
    append(agent.hint, between_hints, hint_for(agent));
}

}

bool removal_fails(const Agent& agent) {
    return agent.machine && agent.machine->phase == MachinePhase::destroying &&
           agent.machine->removal.machine_id == agent.machine->id;
}

void on_removal_failed(Step& step, const command::MachineFailed& failed) {
    Agent& agent = step.agent();
    const bool is_own = failed.machine_id.empty() || failed.machine_id == agent.machine->id;
    if (is_own && agent.machine->phase != MachinePhase::destroying) throw refusal_error(Refusal::over, agent);
    if (!is_own && (is_terminal(agent.phase) || removal_fails(agent))) return;  // an earlier machine is less news
    Removal removal{is_own ? agent.machine->id : failed.machine_id, failed.error.message(), failed.error.hint(), 1};
    const Removal& known = agent.machine->removal;
    const bool is_known = known.machine_id == removal.machine_id;
    if (is_known && known.error == removal.error) return;
    if (is_known) removal.told = known.told + 1;
    forget_removal(agent);
    agent.machine->removal = removal;
    step.touch();
    if (is_own) tell_in_status(agent);
    if (removal.told <= removal_events_max) step.note("error", reason_of(removal), {{"hint", removal.hint}});
}

void end_without_removal(Step& step) {
    Agent& agent = step.agent();
    const Removal removal = agent.machine->removal;
    if (!agent.ending) agent.ending = Ending{};
    append(agent.ending->reason, between_reasons, reason_of(removal));
    append(agent.ending->hint, between_hints, removal.hint);
    step.finish();
}

void forget_removal(Agent& agent) {
    if (agent.machine->removal.machine_id == agent.machine->id) {
        take_off(agent.reason, between_reasons, reason_of(agent.machine->removal));
        take_off(agent.hint, between_hints, hint_for(agent));
    }
    agent.machine->removal = {};
}

}
