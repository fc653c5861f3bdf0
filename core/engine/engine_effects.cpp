#include <algorithm>

#include "base/ids.hpp"
#include "engine/engine.hpp"
#include "runtime/fault_point.hpp"

namespace murmur {

namespace {

// Creating a machine may wait for a cloud; the others answer soon or not at all.
constexpr std::chrono::minutes start_timeout{10};
constexpr std::chrono::minutes call_timeout{2};
// After so many failures that "a later try may work" is no longer believed. Removing a machine is never given up.
constexpr std::int64_t attempts_max = 6;
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

MachineHandle handle_of(const Agent& agent) { return {agent.machine->id, agent.machine->handle}; }

}

void Engine::dispatch(const Effect& effect, std::shared_ptr<const Agent> agent) {
    if (effect.kind == EffectKind::send_command) {
        if (const auto sink = sinks_.find(effect.agent_row); sink != sinks_.end()) sink->second->send(*agent, effect);
        return;
    }
    if (effect.kind == EffectKind::timer || effect.not_before > clock_.now()) {
        timers_.push_back(effect);
        std::push_heap(timers_.begin(), timers_.end(), DueLater());
        return;
    }
    jobs_.post(effect.agent_row, [this, effect, agent = std::move(agent)] { run_effect(effect, agent); });
}

TimePoint Engine::next_wake() const {
    return timers_.empty() ? clock_.now() + std::chrono::hours(1) : timers_.front().not_before;
}

void Engine::fire_due_timers() {
    const TimePoint now = clock_.now();
    while (!timers_.empty() && timers_.front().not_before <= now) {
        std::pop_heap(timers_.begin(), timers_.end(), DueLater());
        Effect effect = std::move(timers_.back());
        timers_.pop_back();
        if (effect.kind == EffectKind::timer) {
            Item item;
            item.agent_row = effect.agent_row;
            item.effect_done = effect.row;
            item.command = command::TimerFired{effect.incarnation, std::string(effect.body.at("what").as_string()),
                                               effect.body.at("count").to_number<std::int64_t>()};
            // Not stored: the timer is still there, and rings again.
            item.completion = [this, effect](const Outcome& outcome) {
                if (outcome.error && may_work_later(*outcome.error)) effect_failed(effect, *outcome.error);
            };
            submit(std::move(item));
            continue;
        }
        effect.not_before = {};
        const CachedAgent* cached = find_cached(effect.agent_row);
        if (cached) dispatch(effect, cached->agent);
        forget_untouched_ended(effect.agent_row);
    }
}

void Engine::forget_untouched_ended(std::int64_t row) {
    touched_.erase(row);
    const auto entry = agents_.find(row);
    if (entry == agents_.end() || !is_terminal(entry->second.agent->phase)) return;
    rows_.erase(entry->second.agent->id.workflow_id());
    agents_.erase(entry);
}

void Engine::expire_leases() {
    for (const LeaseTable::Expired& expired : leases_.take_expired(LeaseTable::SteadyClock::now()))
        submit(expired.agent_row, command::LeaseExpired{expired.incarnation, options_.lease});
}

void Engine::resume_after_restart() {
    for (Agent& agent : store_->alive_agents()) {
        const bool is_running = agent.runner && agent.machine && agent.machine->phase == MachinePhase::running;
        if (is_running) leases_.begin(agent.row, agent.incarnation);
        cache(std::move(agent));
    }
    touched_.clear();
    *alive_count_.lock() = agents_.size();
    for (const Effect& effect : store_->pending_effects())
        if (const CachedAgent* cached = find_cached(effect.agent_row)) dispatch(effect, cached->agent);
    touched_.clear();
    // Machines that went while nobody looked. The effect has no row: it is asked for again after every restart.
    for (const auto& [row, cached] : agents_) {
        if (!cached.agent->machine || !cached.agent->machine->exists) continue;
        Effect look;
        look.agent_row = row;
        look.kind = EffectKind::inspect_machine;
        look.incarnation = cached.agent->incarnation;
        dispatch(look, cached.agent);
    }
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
        {"MURMUR_SALVAGE_DIR", options_.salvage_dir.string()},
    };
    return spec;
}

std::shared_ptr<Substrate> Engine::find_substrate(const Effect& effect, const Agent& agent) {
    try {
        return options_.substrate(agent.machine->substrate);
    } catch (...) {
        effect_failed(effect, current_error(), effect.kind == EffectKind::start_machine ? "find" : "");
        return nullptr;
    }
}

Command Engine::perform(const Effect& effect, const Agent& agent, Substrate& substrate, const Call& call) {
    switch (effect.kind) {
        case EffectKind::start_machine:
            return command::MachineStarted{effect.incarnation, substrate.start(machine_spec(agent), call)};
        case EffectKind::restart_machine:
            return command::MachineStarted{effect.incarnation,
                                           substrate.restart(handle_of(agent), machine_spec(agent), call)};
        case EffectKind::inspect_machine:
            return command::MachineInspected{effect.incarnation, substrate.inspect(handle_of(agent), call)};
        case EffectKind::suspend_machine:
            substrate.suspend(handle_of(agent), call);
            return command::MachineSuspended{effect.incarnation};
        case EffectKind::resume_machine:
            substrate.resume(handle_of(agent), call);
            return command::MachineResumed{effect.incarnation};
        case EffectKind::destroy_machine:
            substrate.destroy(handle_of(agent), call);
            return command::MachineDestroyed{effect.incarnation};
        case EffectKind::send_command:
        case EffectKind::tell_agent:
        case EffectKind::timer: break;
    }
    throw Error(Errc::internal, "effect \"" + effect_name(effect.kind) + "\" is not one for a substrate");
}

void Engine::run_effect(const Effect& effect, const std::shared_ptr<const Agent>& agent) {
    const std::string name = effect_name(effect.kind);
    fault_point("effect:" + name + ":before");
    try {
        if (!agent->machine || effect.incarnation != agent->incarnation)
            throw Error(Errc::aborted, "the incarnation of effect \"" + name + "\" is over");
        Call call;
        call.stop = stop_.get_token();
        call.deadline = Call::Clock::now() + (effect.kind == EffectKind::start_machine ? start_timeout : call_timeout);
        call.request_id = "effect-" + effect.key;
        Item item;
        item.agent_row = effect.agent_row;
        item.effect_done = effect.row;
        const std::shared_ptr<Substrate> substrate = find_substrate(effect, *agent);
        if (!substrate) return;
        item.command = perform(effect, *agent, *substrate, call);
        fault_point("effect:" + name + ":after");
        // If the result cannot be stored, the effect is still in the outbox and is done again.
        item.completion = [this, effect](const Outcome& outcome) {
            if (outcome.error && outcome.error->code() != Errc::aborted && outcome.error->code() != Errc::not_found)
                effect_failed(effect, *outcome.error);
        };
        submit(std::move(item));
        counters_.lock()->effects_done++;
    } catch (...) {
        effect_failed(effect, current_error());
    }
}

void Engine::effect_failed(const Effect& effect, const Error& error, std::string what) {
    if (stop_.stop_requested()) return;  // done again after the next start
    const std::string name = effect_name(effect.kind);
    logger_.log(LogLevel::warning, "effect failed",
                {{"effect", name},
                 {"agent", std::to_string(effect.agent_row)},
                 {"error", error.message()},
                 {"attempt", std::to_string(effect.attempts + 1)}});
    Item item;
    item.agent_row = effect.agent_row;
    const bool never_given_up = effect.kind == EffectKind::destroy_machine || effect.kind == EffectKind::timer;
    if (effect.row != 0 && (never_given_up || (may_work_later(error) && effect.attempts + 1 < attempts_max))) {
        Effect retry = effect;
        ++retry.attempts;
        retry.not_before = clock_.now() + retry_delay(retry.attempts);
        item.effect_retry = retry;
        item.completion = [this, retry](const Outcome&) {
            // Also when the postponement could not be stored: the row is there, only its time is not right.
            timers_.push_back(retry);
            std::push_heap(timers_.begin(), timers_.end(), DueLater());
        };
        counters_.lock()->effects_retried++;
    } else {
        item.effect_done = effect.row;
        if (effect.kind != EffectKind::inspect_machine)
            item.command =
                command::MachineFailed{effect.incarnation, what.empty() ? failed_what(effect.kind) : what, error};
    }
    submit(std::move(item));
}

}
