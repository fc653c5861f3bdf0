#pragma once

#include <chrono>
#include <memory>

#include "agents/commands.hpp"
#include "agents/decision.hpp"
#include "agents/price_table.hpp"

namespace murmur {

/// The times that the lifecycle sets deadlines by.
struct LifecyclePolicy {
    std::chrono::milliseconds start_deadline = std::chrono::minutes(2);  ///< for the runner to register
    /// For a runner that has registered to have its session ready: a clone that takes longer is stuck.
    std::chrono::milliseconds prepare_deadline = std::chrono::hours(1);
    std::chrono::milliseconds stop_deadline = std::chrono::minutes(2);   ///< for a session to end in good order
    std::chrono::milliseconds kill_deadline = std::chrono::seconds(20);  ///< for a killed session to save its work
    std::chrono::milliseconds sleep_after = std::chrono::minutes(10);    ///< of idleness, with on-idle sleep
    std::int64_t losses_max = 3;      ///< runners lost without a good turn between, before the agent is given up
    std::int64_t rescues_max = 2;     ///< tries to save what a lost runner left, before the machine is kept as it is
    std::int64_t depth_max = 4;       ///< of the tree of children, the root being 1
    std::int64_t children_max = 100;  ///< of one agent at a time
    std::int64_t pilot_rounds_max = 3;
    std::int64_t task_reminders_max = 3;
    std::shared_ptr<const PriceTable> prices;  ///< for backends that tell tokens and no cost; may be absent
};

/// What a decision may know of others. Taken at the moment of the decision by who makes it.
struct Surroundings {
    std::vector<std::shared_ptr<const Agent>> ancestors;  ///< the parent first
};

/// Decides what happens to an agent when something is asked of it or told of it.
///
/// Pure: no clock, no disk, no plugin, no randomness. Throws Error when the command is refused; then nothing has
/// happened. A command that changes nothing gives back the agent with the same generation. For Spawn, `agent` is the
/// one that has the name already, or a default Agent.
///
/// The caller stores the answer in one transaction and only then does the effects, so that a crash between the two
/// repeats an effect rather than losing it.
Decision decide(const Agent& agent, const Command& command, const LifecyclePolicy& policy, TimePoint now,
                const Surroundings& surroundings = {});

}
