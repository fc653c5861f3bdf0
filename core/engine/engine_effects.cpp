#include <algorithm>

#include "agents/recovery.hpp"
#include "agents/tell.hpp"
#include "base/planted_bug.hpp"
#include "engine/engine.hpp"
#include "runtime/fault_point.hpp"

namespace murmur {

namespace {

// Creating a machine may wait for a cloud; the others answer soon or not at all.
constexpr std::chrono::minutes start_timeout{10};
constexpr std::chrono::minutes call_timeout{2};
// After so many failures that "a later try may work" is no longer believed. Removing a machine is never given up.
constexpr std::int64_t attempts_max = 6;
// A machine that could not be removed this often is news for its agent. What passes by itself has passed by then, and
// what does not is told within seconds.
constexpr std::int64_t removals_untold_max = 2;
constexpr std::chrono::milliseconds retry_first{200};
constexpr std::chrono::milliseconds retry_longest{60'000};

std::chrono::milliseconds retry_delay(std::int64_t attempts) {
    const auto doubled = retry_first * (std::int64_t{1} << std::min<std::int64_t>(attempts, 12));
    return std::min<std::chrono::milliseconds>(doubled, retry_longest);
}

bool may_work_later(const Error& error) {
    return error.code() == Errc::unavailable || error.code() == Errc::deadline_exceeded ||
           error.code() == Errc::resource_exhausted || error.code() == Errc::aborted;
}

std::string effect_name(EffectKind kind) { return boost::describe::enum_to_string(kind, "?"); }

std::string failed_what(EffectKind kind) {
    const std::string name = effect_name(kind);
    return name.substr(0, name.find('_'));
}

/// The machine that an effect is about: the one that its body names, else the agent's.
Machine machine_of(const Effect& effect, const Agent& agent) {
    if (const json::value* id = effect.body.if_contains("id")) {
        Machine machine;
        machine.id = id->as_string();
        machine.substrate = effect.body.at("substrate").as_string();
        if (const json::value* handle = effect.body.if_contains("handle")) machine.handle = handle->as_object();
        return machine;
    }
    if (!agent.machine || effect.incarnation != agent.incarnation)
        throw Error(Errc::aborted, "the incarnation of effect \"" + effect_name(effect.kind) + "\" is over");
    return *agent.machine;
}

/// The id of the machine that an effect's body names; empty: it names none.
std::string named_machine(const Effect& effect) {
    const json::value* id = effect.body.if_contains("id");
    return id ? std::string(id->as_string()) : std::string();
}

bool is_start(const Effect& effect) {
    return effect.kind == EffectKind::start_machine || effect.kind == EffectKind::restart_machine;
}

/// Whether the call that makes its machine, or the machine's runner, is to go on.
bool wants_start(const Agent& agent) {
    if (!agent.machine || is_terminal(agent.phase)) return false;
    if (agent.machine->phase == MachinePhase::restarting) return true;
    // A runner may be there before the call's answer, and have work already.
    const bool is_removed_at_once = agent.phase == Phase::destroying && !has_work(agent);
    return agent.machine->phase == MachinePhase::requested && !is_removed_at_once;
}

/// What the executor does one after the other. A machine that an agent has left behind and that is hard to remove does
/// not hold up the agent's present one: nothing but that removal is under way for it.
std::int64_t order_of(const Effect& effect, const Agent& agent) {
    const bool is_again = effect.kind == EffectKind::destroy_machine && effect.attempts > 0;
    const bool is_left_behind = is_again && agent.machine && named_machine(effect) != agent.machine->id;
    return is_left_behind ? -effect.agent_row : effect.agent_row;
}

}

void Engine::load() {
    for (Agent& agent : store_->awake_agents()) cache(std::move(agent));
    *alive_count_.lock() = store_->count_alive();
    touched_.clear();
    for (const auto& [row, cached] : agents_) follow_runner(*cached.agent);
    for (const Effect& effect : store_->pending_effects())
        if (!is_planted(PlantedBug::starts_with_no_effects)) dispatch_again(effect);
    // Machines that went while nobody looked; those that sleep are looked at when they wake. The effect has no row: it
    // is asked for again after every restart.
    for (const auto& [row, cached] : agents_) {
        if (!cached.agent->machine || !cached.agent->machine->exists) continue;
        Effect look;
        look.agent_row = row;
        look.kind = EffectKind::inspect_machine;
        look.incarnation = cached.agent->incarnation;
        dispatch(look, cached.agent);
    }
}

void Engine::dispatch(const Effect& effect, std::shared_ptr<const Agent> agent) {
    if (effect.kind == EffectKind::send_command) {
        const auto attached = runners_.find(effect.agent_row);
        const bool is_its = attached != runners_.end() && attached->second.incarnation == effect.incarnation;
        if (is_its || (attached != runners_.end() && is_planted(PlantedBug::old_runners_hear)))
            attached->second.sink->send(*agent, effect);
        return;
    }
    if (effect.kind == EffectKind::timer || effect.not_before > clock_.now()) return set_timer(effect);
    if (effect.kind == EffectKind::tell_agent) return tell(effect);
    const std::int64_t order = order_of(effect, *agent);
    std::stop_token called_off;
    if (is_start(effect)) {
        called_off = (starts_[effect.agent_row] = std::stop_source()).get_token();
        call_off_start(*agent);
    }
    executor_->post(
        order, [this, effect, agent = std::move(agent), called_off] { return run_effect(effect, agent, called_off); });
}

/// A call that makes a machine may take minutes: nobody waits for one that will be removed at once.
void Engine::call_off_start(const Agent& agent) {
    const auto start = starts_.find(agent.row);
    if (start == starts_.end() || wants_start(agent)) return;
    start->second.request_stop();
    starts_.erase(start);
}

void Engine::dispatch_again(const Effect& effect) {
    if (effect.kind == EffectKind::timer || effect.not_before > clock_.now()) return set_timer(effect);
    if (const CachedAgent* cached = find_cached(effect.agent_row)) dispatch(effect, cached->agent);
    forget_if_at_rest(effect.agent_row);
}

void Engine::set_timer(Effect effect) {
    timers_.push_back(std::move(effect));
    std::push_heap(timers_.begin(), timers_.end(), DueLater());
}

void Engine::fire_due_timers() {
    const TimePoint now = clock_.now();
    while (!timers_.empty() && timers_.front().not_before <= now) {
        std::pop_heap(timers_.begin(), timers_.end(), DueLater());
        const Effect effect = std::move(timers_.back());
        timers_.pop_back();
        if (effect.kind == EffectKind::timer)
            ring(effect);
        else
            dispatch_again(effect);
    }
}

void Engine::ring(const Effect& effect) {
    Item item = result_of(effect);
    item.commands.push_back({"", effect.agent_row,
                             command::TimerFired{effect.incarnation, std::string(effect.body.at("what").as_string()),
                                                 effect.body.at("count").to_number<std::int64_t>()}});
    submit(std::move(item));
}

void Engine::tell(const Effect& effect) {
    Item item = result_of(effect);
    if (is_planted(PlantedBug::news_dies_with_the_teller)) {
        const CachedAgent* teller = find_cached(effect.agent_row);
        if (teller && is_terminal(teller->agent->phase)) return;
    }
    try {
        Tell told = read_tell(effect.body);
        item.commands.push_back({std::move(told.to), 0, std::move(told.command)});
    } catch (...) {
        logger_.log(LogLevel::error, "an agent's news cannot be told",
                    {{"agent", std::to_string(effect.agent_row)}, {"error", current_error().message()}});
    }
    submit(std::move(item));
}

void Engine::expire_leases() {
    for (const LeaseTable::Expired& expired : leases_.take_expired())
        submit(expired.agent_row, command::LeaseExpired{expired.incarnation, options_.lease});
}

MachineSpec Engine::machine_spec(const Agent& agent) const {
    MachineSpec spec;
    spec.id = agent.machine->id;
    spec.label = agent.id.workspace + "/" + agent.id.slug();
    spec.shape = agent.spec.shape;
    spec.runner.argv = {options_.runner_program};
    spec.runner.environment = {
        {"MURMUR_SERVER", options_.server},
        {"MURMUR_MACHINE_ID", agent.machine->id},
        {"MURMUR_INCARNATION", std::to_string(agent.incarnation)},
        {"MURMUR_RUNNER_TOKEN", std::string(box_.runner_token(agent.row, agent.incarnation).reveal())},
    };
    return spec;
}

Command Engine::perform(const Effect& effect, const Agent& agent, const Machine& machine, Substrate& substrate,
                        std::stop_token stop) {
    Call call;
    call.stop = std::move(stop);
    call.deadline = steady_now_() + (is_start(effect) ? start_timeout : call_timeout);
    call.request_id = "effect-" + effect.key;
    const MachineHandle handle{machine.id, machine.handle};
    switch (effect.kind) {
        case EffectKind::start_machine:
            return command::MachineStarted{effect.incarnation, substrate.start(machine_spec(agent), call)};
        case EffectKind::restart_machine:
            return command::MachineStarted{effect.incarnation, substrate.restart(handle, machine_spec(agent), call)};
        case EffectKind::inspect_machine:
            return command::MachineInspected{effect.incarnation, substrate.inspect(handle, call)};
        case EffectKind::suspend_machine:
            substrate.suspend(handle, call);
            return command::MachineSuspended{effect.incarnation};
        case EffectKind::resume_machine:
            substrate.resume(handle, call);
            return command::MachineResumed{effect.incarnation};
        case EffectKind::destroy_machine:
            substrate.destroy(handle, call);
            return command::MachineDestroyed{effect.incarnation, machine.id};
        case EffectKind::send_command:
        case EffectKind::tell_agent:
        case EffectKind::timer: break;
    }
    throw Error(Errc::internal, "effect \"" + effect_name(effect.kind) + "\" is not one for a substrate");
}

Executor::Finish Engine::run_effect(const Effect& effect, const std::shared_ptr<const Agent>& agent,
                                    const std::stop_token& called_off) {
    const std::string name = effect_name(effect.kind);
    fault_point("effect:" + name + ":before");
    Item item;
    std::stop_source stop;
    const auto request_stop = [&stop] { stop.request_stop(); };
    const std::stop_callback at_end(stop_.get_token(), request_stop), when_called_off(called_off, request_stop);
    std::string what = is_start(effect) && !called_off.stop_requested() ? "find" : "";
    try {
        if (called_off.stop_requested()) throw Error(Errc::cancelled, "it is wanted no more");
        const Machine machine = machine_of(effect, *agent);
        const std::shared_ptr<Substrate> substrate = options_.substrate(machine.substrate);
        what.clear();
        item = result_of(effect);
        item.commands.push_back({"", effect.agent_row, perform(effect, *agent, machine, *substrate, stop.get_token())});
        fault_point("effect:" + name + ":after");
        counters_.lock()->effects_done++;
    } catch (...) {
        if (stop_.stop_requested()) return {};  // done again after the next start
        item = failure_of(effect, current_error(), what);
    }
    return [this, item = std::move(item)]() mutable { submit(std::move(item)); };
}

Engine::Item Engine::result_of(const Effect& effect) {
    Item item;
    item.effect_done = effect;
    // If it cannot be stored, the effect is still in the outbox and is done again.
    item.completion = [this, effect](const Outcome& outcome) {
        if (outcome.is_stored || stop_.stop_requested() || is_planted(PlantedBug::results_are_said_once)) return;
        Effect again = effect;
        again.not_before = clock_.now() + retry_delay(++again.attempts);
        set_timer(std::move(again));
    };
    return item;
}

Engine::Item Engine::failure_of(const Effect& effect, const Error& error, const std::string& what) {
    logger_.log(LogLevel::warning, "effect failed",
                {{"effect", effect_name(effect.kind)},
                 {"agent", std::to_string(effect.agent_row)},
                 {"error", error.message()},
                 {"hint", error.hint()},
                 {"attempt", std::to_string(effect.attempts + 1)}});
    const bool never_given_up = effect.kind == EffectKind::destroy_machine;
    if (is_planted(PlantedBug::forgets_failed_effects)) return result_of(effect);
    if (effect.row != 0 && (never_given_up || (may_work_later(error) && effect.attempts + 1 < attempts_max))) {
        Item item;
        Effect retry = effect;
        ++retry.attempts;
        retry.not_before = clock_.now() + retry_delay(retry.attempts);
        item.effect_retry = retry;
        const bool is_told = never_given_up && retry.attempts > removals_untold_max;
        if (is_told && !is_planted(PlantedBug::stuck_machines_are_hushed_up))
            item.commands.push_back(
                {"", effect.agent_row,
                 command::MachineFailed{effect.incarnation, failed_what(effect.kind), error, named_machine(effect)}});
        item.completion = [this, retry](const Outcome&) {
            // Also when the postponement could not be stored: the row is there, only its time is not right.
            if (!stop_.stop_requested()) set_timer(retry);
        };
        counters_.lock()->effects_retried++;
        return item;
    }
    Item item = result_of(effect);
    if (effect.kind != EffectKind::inspect_machine)
        item.commands.push_back(
            {"", effect.agent_row,
             command::MachineFailed{effect.incarnation, what.empty() ? failed_what(effect.kind) : what, error}});
    return item;
}

}
