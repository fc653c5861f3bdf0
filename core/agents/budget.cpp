#include "agents/budget.hpp"

#include <algorithm>

#include "agents/children.hpp"
#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"

namespace murmur {

namespace {

Error refusal(const BudgetHit& hit) { return Error(Errc::resource_exhausted, hit.text).with_hint(hit.hint); }

/// Its own budget is given anew with the spawn; an ancestor's is not.
std::string way_on(const Agent& agent, const BudgetHit& hit) {
    const std::string spawn = spawn_with("--resurrect", agent);
    return (hit.is_ancestors ? hit.hint + ", then go on with: " + spawn
                             : "Go on with: " + spawn + " --" + hit.limit + " …") +
           only_within_parent(agent);
}

void end_by(Step& step, const BudgetHit& hit) {
    Agent& agent = step.agent();
    agent.budget_hit = hit.limit;
    step.note("budget", hit.text, {{"limit", hit.limit}, {"hint", hit.hint}});
    step.stop_session({Phase::failed, hit.text, way_on(agent, hit)});
}

void watch_time_left(Step& step) {
    const Agent& agent = step.agent();
    if (const auto left = time_left(agent, step.surroundings(), step.now()))
        step.add_timer("max-time", agent.spent.turns, *left);
}

TokenUsage usage_of(const FieldReader& data) {
    return {data.get_int("input_tokens", 0), data.get_int("output_tokens", 0), data.get_int("cache_read_tokens", 0),
            data.get_int("cache_write_tokens", 0)};
}

/// What ends or has ended begins no turn; what it has spawned may still, and that is checked against its budget.
bool may_have_living_below(const Agent& agent) {
    return std::any_of(agent.family.children.begin(), agent.family.children.end(), may_live_below);
}

void check_budget_is_of_use(const Agent& agent) {
    if (agent.phase != Phase::destroying && !is_terminal(agent.phase)) return;
    if (may_have_living_below(agent)) return;
    throw refusal_error(is_terminal(agent.phase) ? Refusal::ended : Refusal::ending, agent);
}

/// What the tokens of this event cost; 0 where no price is known, which is said once.
double estimate_cost(Step& step, const FieldReader& data) {
    const std::string model = data.get_string("model", step.agent().spec.model);
    const auto& prices = step.policy().prices;
    if (const auto cost = prices ? prices->cost_of(model, usage_of(data)) : std::nullopt) return *cost;
    if (!step.agent().cost_estimated)
        step.note("budget", "no price is known of model \"" + model + "\": what it costs is not counted",
                  {{"model", model}});
    return 0;
}

}

void decide_on(Step& step, const command::SetBudget& set) {
    Agent& agent = step.agent();
    check_budget_is_of_use(agent);
    const Budget before = agent.budget;
    agent.budget.max_cost_usd = set.max_cost_usd.value_or(before.max_cost_usd);
    agent.budget.max_turns = set.max_turns.value_or(before.max_turns);
    agent.budget.max_time_ms = set.max_time_ms.value_or(before.max_time_ms);
    agent.budget.max_children = set.max_children.value_or(before.max_children);
    if (agent.budget == before) return;
    const auto limit = [](const std::string& text, bool is_set) { return is_set ? text : "none"; };
    const Budget& now = agent.budget;
    step.note("budget", "max-cost " + limit(money_text(now.max_cost_usd), now.max_cost_usd > 0) + ", max-turns " +
                            limit(std::to_string(now.max_turns), now.max_turns > 0) + ", max-time " +
                            limit(span_text(std::chrono::milliseconds(now.max_time_ms)), now.max_time_ms > 0) +
                            ", max-children " + limit(std::to_string(now.max_children), now.max_children > 0));
    if (agent.turn_running && agent.turn_began != TimePoint{} && now.max_time_ms != before.max_time_ms)
        watch_time_left(step);
}

std::optional<BudgetHit> find_budget_hit(const Step& step) {
    return find_budget_hit(step.agent(), step.surroundings(), step.now());
}

bool stop_at_budget(Step& step) {
    const auto hit = find_budget_hit(step);
    if (hit) end_by(step, *hit);
    return hit.has_value();
}

void check_budget_for_message(const Step& step) {
    if (const auto hit = find_budget_hit(step)) throw refusal(*hit);
}

void check_budget_for_spawn(const Step& step, const command::Spawn& spawn) {
    Agent agent = spawn.resurrect ? step.agent() : Agent{};
    agent.id = spawn.id;
    agent.budget = spawn.budget;
    const auto hit = find_budget_hit(agent, step.surroundings(), step.now());
    if (hit)
        throw Error(Errc::resource_exhausted, hit->text).with_hint(hit->is_ancestors ? hit->hint : way_on(agent, *hit));
}

void add_cost(Step& step, double cost_usd, bool is_estimated) {
    Agent& agent = step.agent();
    agent.spent.cost_usd += cost_usd;
    step.touch_columns();
    if (!is_estimated || agent.cost_estimated) return;
    agent.cost_estimated = true;
    step.touch();
}

void count_cost(Step& step, const FieldReader& event, SessionLine& line) {
    bool is_estimated = event.get_bool("cost_estimated", false);
    const json::object* data = event.find_object("data");
    if (!event.has("cost_usd") && data) {
        line.cost_usd = estimate_cost(step, FieldReader(*data, event.path_of("data")));
        is_estimated = true;
    }
    if (is_estimated) line.data["estimated"] = true;
    add_cost(step, line.cost_usd, is_estimated);
}

void watch_turn_time(Step& step) {
    Agent& agent = step.agent();
    count_turn_time(step);  // of one whose end was never told
    ++agent.spent.turns;
    agent.turn_began = step.now();
    step.touch();
    watch_time_left(step);
}

void on_turn_time(Step& step, const command::TimerFired& timer) {
    Agent& agent = step.agent();
    if (!agent.turn_running || agent.turn_began == TimePoint{} || timer.count != agent.spent.turns || agent.stopping ||
        agent.phase == Phase::destroying)
        return;
    const auto left = time_left(agent, step.surroundings(), step.now());
    if (!left) return;
    if (left->count() > 0) return step.add_timer("max-time", agent.spent.turns, *left);  // it was raised meanwhile
    const auto hit = find_time_hit(agent, step.surroundings(), step.now());
    if (!hit) return;
    step.send_to_runner({{"interrupt", json::object()}});
    end_by(step, *hit);
}

void count_turn_time(Step& step) {
    Agent& agent = step.agent();
    if (agent.turn_began == TimePoint{}) return;
    if (step.now() > agent.turn_began) agent.spent.time_ms += (step.now() - agent.turn_began).count();
    agent.turn_began = {};
    step.touch();
}

}
