#include "agents/lifecycle.hpp"

#include "agents/budget.hpp"
#include "agents/children.hpp"
#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"

namespace murmur {

namespace {

/// Whether the command is of another incarnation. What such a life did is no news, and its timers are not even that.
template <class T>
bool is_of_another_life(const Agent& agent, const T& command) {
    if constexpr (requires { command.incarnation; }) {
        if (command.incarnation == agent.incarnation) return false;
        if constexpr (std::is_same_v<T, command::TimerFired>) return true;
        throw Error(Errc::aborted,
                    "incarnation " + std::to_string(command.incarnation) + " of " + quoted_slug(agent) + " is over");
    }
    return false;
}

template <class T>
bool is_done_already(const Agent& agent, const T& command) {
    if constexpr (requires { command.request_id; }) return is_repeated(agent, command.request_id);
    return false;
}

/// Whether there is something to decide; throws what refuses the command.
bool ask_table(const Agent& agent, const Command& command, const Transition& transition) {
    const bool is_settled = std::visit(
        [&](const auto& alternative) {
            return is_done_already(agent, alternative) || is_of_another_life(agent, alternative);
        },
        command);
    if (is_settled) return false;
    if (transition.answer == Answer::refuse) throw refusal_error(transition.refusal, agent);
    return transition.answer == Answer::apply;
}

}

Decision decide(const Agent& agent, const Command& command, const LifecyclePolicy& policy, TimePoint now,
                const Surroundings& surroundings) {
    const auto phase = agent.incarnation > 0 ? std::optional(agent.phase) : std::nullopt;
    const Transition& transition = find_transition(phase, command.index());
    Step step(agent, policy, now, surroundings, transition.next);
    if (ask_table(agent, command, transition)) {
        std::visit([&](const auto& alternative) { decide_on(step, alternative); }, command);
        if (!step.agent().turn_running) count_turn_time(step);
        tell_parent(step, agent);
    }
    return std::move(step).take();
}

}
