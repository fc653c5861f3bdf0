// What trees of agents have used up, and whether their budgets were kept.

#include <algorithm>
#include <cmath>

#include "judge.hpp"
#include "world.hpp"

namespace murmur::simulation {

namespace {

/// A life may have begun a turn before it heard of what others had used up, and have a message under way that begins
/// the next one.
constexpr std::int64_t turns_at_once = 2;

}

/// What the logs say that one agent did, in all its lives.
Judge::Account Judge::account_of(const Agent& agent) const {
    Account account;
    for (const AgentEvent& event : world_.reader().events_after(agent.row, {}, 1'000'000)) {
        if (event.type == "turn" && event.text.ends_with(" started")) ++account.turns;
        if (event.type != "spawned") continue;
        ++account.lives;
        if (account.lives > 1 && !event.data.at("resurrected").as_bool()) account.is_renewed = true;
    }
    for (const SessionLine& line : world_.reader().session_after(agent.row, {}, 1'000'000))
        account.cost_usd += line.cost_usd;
    return account;
}

Judge::Account Judge::account_below(const Agent& agent) const {
    Account sum;
    for (const std::string& workflow_id : spawned_) {
        const auto other = world_.reader().find_agent(workflow_id);
        if (!other || !label_of(*other).starts_with(label_of(agent) + "/")) continue;
        const Account account = account_of(*other);
        sum.turns += account.turns;
        sum.cost_usd += account.cost_usd;
        sum.lives += account.lives;
    }
    return sum;
}

/// Everything is told by now: what an agent knows of those below it is what they did.
void Judge::judge_accounts(const Agent& agent) {
    if (account_of(agent).is_renewed) return;  // a clean life knows nothing of what was spent before
    const Account below = account_below(agent);
    const Spending& known = agent.family.spent;
    if (known.turns != below.turns)
        violated(label_of(agent) + " knows of " + std::to_string(known.turns) +
                 " turns of those below it, and there were " + std::to_string(below.turns));
    if (std::abs(known.cost_usd - below.cost_usd) > 1e-6)
        violated(label_of(agent) + " knows of $" + std::to_string(known.cost_usd) +
                 " that those below it cost, and it was $" + std::to_string(below.cost_usd));
}

/// A budget is shared by all below its owner. They hear of each other after a moment, so a few turns may be too many.
void Judge::judge_budget(const Agent& agent) {
    const std::int64_t limit = agent.budget.max_turns;
    const Account own = account_of(agent);
    if (limit == 0 || own.lives > 1 || budget_changed_.contains(label_of(agent))) return;
    const Account below = account_below(agent);
    const std::int64_t most = limit + 1 + turns_at_once * below.lives;
    if (own.turns + below.turns > most)
        violated(label_of(agent) + " and those below it had " + std::to_string(own.turns + below.turns) +
                 " turns from a budget of " + std::to_string(limit));
}

}
