#pragma once

#include <optional>
#include <string>

#include "agents/lifecycle.hpp"

namespace murmur {

// Whether a tree of agents is within its budgets. Pure.

Spending sum(Spending a, const Spending& b);
/// What the child, born then, has spent beyond what its parent knows of. All of it when the parent knows another life.
Spending added_since(const Child& known, TimePoint born, const Spending& spent);

/// What the ancestor at `index` has used up with all below it, counting what this agent and those between have spent
/// but not told yet.
Spending spending_of_ancestor(const Agent& agent, const Surroundings& surroundings, std::size_t index, TimePoint now);

/// A limit that is reached.
struct BudgetHit {
    std::string limit;  ///< "max-cost", "max-turns", "max-time", "max-children"
    std::string text;   ///< "limit max-cost of $5.00 is reached ($5.03 spent)"; of an ancestor's it says whose
    std::string hint;   ///< how to raise it
    bool is_ancestors = false;
};

/// The first limit on turns that is reached: the agent's own, then its parent's and so on.
std::optional<BudgetHit> find_budget_hit(const Agent& agent, const Surroundings& surroundings, TimePoint now);
/// The first limit that keeps the agent from having another child: on turns, and on children.
std::optional<BudgetHit> find_child_hit(const Agent& agent, const Surroundings& surroundings, TimePoint now);
/// The first limit of time alone that is reached: the only one that ends a turn which has begun.
std::optional<BudgetHit> find_time_hit(const Agent& agent, const Surroundings& surroundings, TimePoint now);
/// How long a turn that begins or goes on now may last, by all limits of time; nothing: as long as it likes.
std::optional<std::chrono::milliseconds> time_left(const Agent& agent, const Surroundings& surroundings, TimePoint now);

/// "$5.00"; what is less than a cent with four digits.
std::string money_text(double usd);
/// "1h30m", "45s"; of a second and more without the milliseconds.
std::string span_text(std::chrono::milliseconds span);

}
