#include "agents/lifecycle.hpp"

#include "agents/budget.hpp"
#include "agents/children.hpp"
#include "agents/decisions.hpp"

namespace murmur {

Decision decide(const Agent& agent, const Command& command, const LifecyclePolicy& policy, TimePoint now,
                const Surroundings& surroundings) {
    Step step(agent, policy, now, surroundings);
    std::visit([&](const auto& alternative) { decide_on(step, alternative); }, command);
    if (!step.agent().turn_running) count_turn_time(step);
    tell_parent(step, agent);
    return std::move(step).take();
}

}
