#include "agents/spending.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <murmur/settings.hpp>

#include "base/planted_bug.hpp"

namespace murmur {

namespace {

// Costs are sums of many small numbers: less than this is not a difference.
constexpr double cost_epsilon = 1e-9;

std::string plural(std::int64_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

struct Holder {
    const Agent& agent;  ///< whose budget it is
    Spending spent;
    bool is_ancestor = false;
};

BudgetHit make_hit(const Holder& holder, const std::string& limit, const std::string& value, const std::string& spent,
                   const std::string& example) {
    const std::string whose = holder.is_ancestor ? " of agent \"" + holder.agent.id.slug() + "\"" : "";
    return {limit, "limit " + limit + " of " + value + whose + " is reached (" + spent + ")",
            "Raise it with: murmur budget " + holder.agent.id.slug() + " --" + limit + " " + example,
            holder.is_ancestor};
}

std::optional<BudgetHit> time_hit(const Holder& holder) {
    const std::int64_t limit = holder.agent.budget.max_time_ms;
    if (limit == 0 || holder.spent.time_ms < limit) return std::nullopt;
    return make_hit(holder, "max-time", span_text(std::chrono::milliseconds(limit)),
                    span_text(std::chrono::milliseconds(holder.spent.time_ms)) + " of turns", "2h");
}

std::optional<BudgetHit> turn_hit(const Holder& holder) {
    const Budget& budget = holder.agent.budget;
    const Spending& spent = holder.spent;
    if (budget.max_cost_usd > 0 && spent.cost_usd + cost_epsilon >= budget.max_cost_usd)
        return make_hit(holder, "max-cost", money_text(budget.max_cost_usd), money_text(spent.cost_usd) + " spent",
                        "USD");
    if (budget.max_turns > 0 && spent.turns >= budget.max_turns)
        return make_hit(holder, "max-turns", std::to_string(budget.max_turns), plural(spent.turns, "turn", "turns"),
                        "N");
    return time_hit(holder);
}

std::optional<BudgetHit> child_hit(const Holder& holder) {
    const Budget& budget = holder.agent.budget;
    if (budget.max_children > 0 && holder.spent.children >= budget.max_children)
        return make_hit(holder, "max-children", std::to_string(budget.max_children),
                        plural(holder.spent.children, "agent", "agents") + " spawned", "N");
    return turn_hit(holder);
}

/// The agent and its ancestors, with what each has used up.
void visit_holders(const Agent& agent, const Surroundings& surroundings, TimePoint now,
                   const std::function<bool(const Holder&)>& visit) {
    if (!visit({agent, total_spending(agent, now), false})) return;
    if (is_planted(PlantedBug::ancestors_pay_nothing)) return;
    for (std::size_t i = 0; i < surroundings.ancestors.size(); ++i)
        if (!visit({*surroundings.ancestors[i], spending_of_ancestor(agent, surroundings, i, now), true})) return;
}

std::optional<BudgetHit> first_hit(const Agent& agent, const Surroundings& surroundings, TimePoint now,
                                   const std::function<std::optional<BudgetHit>(const Holder&)>& find) {
    std::optional<BudgetHit> hit;
    visit_holders(agent, surroundings, now, [&](const Holder& holder) { return !(hit = find(holder)); });
    return hit;
}

const Child* find_child(const Agent& parent, const std::string& workflow_id) {
    const auto& children = parent.family.children;
    const auto found = std::find_if(children.begin(), children.end(),
                                    [&](const Child& child) { return child.workflow_id == workflow_id; });
    return found == children.end() ? nullptr : &*found;
}

}

Spending sum(Spending a, const Spending& b) {
    a.cost_usd += b.cost_usd;
    a.turns += b.turns;
    a.time_ms += b.time_ms;
    a.children += b.children;
    return a;
}

Spending added_since(const Child& known, TimePoint born, const Spending& spent) {
    if (known.born != born) return spent;
    // What is counted by the clock on the wall seems less when that was set back.
    return {std::max(0.0, spent.cost_usd - known.spent.cost_usd),
            std::max<std::int64_t>(0, spent.turns - known.spent.turns),
            std::max<std::int64_t>(0, spent.time_ms - known.spent.time_ms),
            std::max<std::int64_t>(0, spent.children - known.spent.children)};
}

Spending spending_of_ancestor(const Agent& agent, const Surroundings& surroundings, std::size_t index, TimePoint now) {
    const Agent* below = &agent;
    Spending spent = total_spending(agent, now);
    for (std::size_t i = 0; i <= index; ++i) {
        const Agent& ancestor = *surroundings.ancestors[i];
        const Child* known = find_child(ancestor, below->id.workflow_id());
        spent = sum(total_spending(ancestor, now), known ? added_since(*known, below->created_at, spent) : spent);
        below = &ancestor;
    }
    return spent;
}

std::optional<BudgetHit> find_budget_hit(const Agent& agent, const Surroundings& surroundings, TimePoint now) {
    return first_hit(agent, surroundings, now, turn_hit);
}

std::optional<BudgetHit> find_child_hit(const Agent& agent, const Surroundings& surroundings, TimePoint now) {
    return first_hit(agent, surroundings, now, child_hit);
}

std::optional<BudgetHit> find_time_hit(const Agent& agent, const Surroundings& surroundings, TimePoint now) {
    return first_hit(agent, surroundings, now, time_hit);
}

std::optional<std::chrono::milliseconds> time_left(const Agent& agent, const Surroundings& surroundings,
                                                   TimePoint now) {
    std::optional<std::chrono::milliseconds> least;
    visit_holders(agent, surroundings, now, [&](const Holder& holder) {
        const std::int64_t limit = holder.agent.budget.max_time_ms;
        if (limit > 0) {
            const std::chrono::milliseconds left(std::max<std::int64_t>(0, limit - holder.spent.time_ms));
            least = std::min(least.value_or(left), left);
        }
        return true;
    });
    return least;
}

std::string money_text(double usd) {
    char text[48];
    std::snprintf(text, sizeof text, usd != 0 && usd < 0.01 ? "$%.4f" : "$%.2f", usd);
    return text;
}

std::string span_text(std::chrono::milliseconds span) {
    if (span < std::chrono::seconds(1)) return format_duration(span);
    return format_duration(std::chrono::floor<std::chrono::seconds>(span));
}

}
