#include "machines.hpp"

#include <murmur/error.hpp>
#include <utility>

#include "runner.hpp"
#include "world.hpp"

namespace murmur::simulation {

namespace {

// A failure that passes does so before the host gives up.
constexpr int failures_in_a_row_max = 3;

}

void SimulatedSubstrate::before(const std::string& call, const std::string& id) {
    world_.trace("substrate " + call + " " + id);
    // Another call than last shows that the host knows of the success; one that is repeated does not.
    if (call != "inspect" && std::exchange(last_call_[id], call) != call) failures_[call + id] = 0;
    if (world_.faults.over || failures_[call + id] >= failures_in_a_row_max) return;
    if (!world_.random.chance(world_.faults.substrate_fails)) return;
    ++failures_[call + id];
    throw Error(Errc::unavailable, call + " failed, for now");
}

void SimulatedSubstrate::after(const std::string& call, const std::string& id) {
    if (!world_.faults.over && failures_[call + id] < failures_in_a_row_max &&
        world_.random.chance(world_.faults.substrate_loses_reply)) {
        ++failures_[call + id];
        throw Error(Errc::deadline_exceeded, "the reply of " + call + " was lost");
    }
    if (call == "inspect") failures_[call + id] = 0;
}

std::shared_ptr<SimulatedMachine> SimulatedSubstrate::get(const std::string& id) {
    const auto found = machines_.find(id);
    if (found == machines_.end()) throw Error(Errc::not_found, "machine \"" + id + "\" is gone");
    return found->second;
}

void SimulatedSubstrate::boot(SimulatedMachine& machine, const MachineSpec& spec) {
    if (machine.runner) machine.runner->die("another is started on its machine");
    machine.boot = spec.runner.environment;
    machine.suspended = false;
    machine.runner = std::make_shared<SimulatedRunner>(world_, machines_.at(machine.id));
    machine.runner->boot();
}

MachineHandle SimulatedSubstrate::start(const MachineSpec& spec, const Call&) {
    before("start", spec.id);
    if (!machines_.contains(spec.id)) {
        // A machine that is gone while its start is repeated is a fresh one with the same id.
        auto machine = std::make_shared<SimulatedMachine>();
        machine->id = spec.id;
        machine->label = spec.label;
        machine->tells_death = world_.random.chance(0.6);
        machine->hears_mid_turn = world_.random.chance(0.5);
        machines_[spec.id] = machine;
        boot(*machine, spec);
    } else {
        const SimulatedMachine& machine = *get(spec.id);
        if (machine.label != spec.label)
            world_.judge.violated("machine " + spec.id + " is shared by " + machine.label + " and " + spec.label);
        if (machine.boot != spec.runner.environment)
            world_.judge.violated("machine " + spec.id + " was started for a second life without being removed");
    }
    after("start", spec.id);
    return {spec.id, {{"place", spec.id}}};
}

MachineStatus SimulatedSubstrate::inspect(const MachineHandle& handle, const Call&) {
    before("inspect", handle.id);
    MachineStatus status;
    if (const auto found = machines_.find(handle.id); found != machines_.end()) {
        const SimulatedMachine& machine = *found->second;
        const bool is_dead = !machine.runner || !machine.runner->is_alive();
        if (machine.suspended)
            status.state = MachineState::suspended;
        else if (!is_dead || !machine.tells_death)
            status.state = MachineState::running;
    }
    after("inspect", handle.id);
    return status;
}

void SimulatedSubstrate::destroy(const MachineHandle& handle, const Call&) {
    before("destroy", handle.id);
    if (const auto found = machines_.find(handle.id); found != machines_.end()) {
        world_.judge.on_destroy(*found->second);
        bool& sticks = found->second->sticks
                           ? *found->second->sticks
                           : found->second->sticks.emplace(world_.random.chance(world_.faults.machine_sticks));
        if (sticks && !let_go_) {
            if (found->second->runner) found->second->runner->die("its machine is being removed");
            if (world_.faults.over) ++refused_[handle.id];
            throw Error(Errc::permission_denied, "a file of it is immutable");
        }
        if (found->second->runner) found->second->runner->die("its machine is removed");
        machines_.erase(found);
    }
    after("destroy", handle.id);
}

void SimulatedSubstrate::suspend(const MachineHandle& handle, const Call&) {
    before("suspend", handle.id);
    const auto machine = get(handle.id);
    machine->suspended = true;
    after("suspend", handle.id);
}

void SimulatedSubstrate::resume(const MachineHandle& handle, const Call&) {
    before("resume", handle.id);
    const auto machine = get(handle.id);
    if (machine->suspended) {
        machine->suspended = false;
        if (machine->runner) machine->runner->thaw();
    }
    after("resume", handle.id);
}

MachineHandle SimulatedSubstrate::restart(const MachineHandle& handle, const MachineSpec& spec, const Call&) {
    before("restart", handle.id);
    const auto machine = get(handle.id);
    const bool is_repeated = machine->boot == spec.runner.environment && machine->runner && machine->runner->is_alive();
    if (!is_repeated) boot(*machine, spec);
    after("restart", handle.id);
    return {handle.id, {{"place", handle.id}}};
}

void SimulatedSubstrate::let_go() {
    world_.trace("machines can be removed again");
    let_go_ = true;
}

int SimulatedSubstrate::refused_removals(const std::string& id) const {
    const auto found = refused_.find(id);
    return found == refused_.end() ? 0 : found->second;
}

void SimulatedSubstrate::vanish(const std::string& id) {
    const auto found = machines_.find(id);
    if (found == machines_.end()) return;
    world_.trace("machine " + id + " vanishes");
    if (found->second->runner) found->second->runner->die("its machine vanished");
    machines_.erase(found);
    vanished_.insert(id);
}

}
