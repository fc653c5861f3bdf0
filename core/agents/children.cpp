#include "agents/children.hpp"

#include <algorithm>

#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"
#include "agents/report_parts.hpp"
#include "agents/spending.hpp"
#include "agents/tell.hpp"

namespace murmur {

namespace {

// Of a child's last words; all of them are in its own status.
constexpr std::size_t told_bytes_max = 16 << 10;
// Beyond this a parent that never gets to its queue is told by events alone.
constexpr std::size_t queued_max = 1000;
// An agent that spawns for months knows those that have ended last; all of them are in the store.
constexpr std::ptrdiff_t ended_children_kept = 500;

Child* find_child(Agent& parent, const std::string& workflow_id) {
    auto& children = parent.family.children;
    const auto found = std::find_if(children.begin(), children.end(),
                                    [&](const Child& child) { return child.workflow_id == workflow_id; });
    return found == children.end() ? nullptr : &*found;
}

/// The child as its parent should see it after this decision.
command::ChildChanged change_of(Step& step) {
    const Agent& agent = step.agent();
    Child child;
    child.slug = agent.id.path.back();
    child.workflow_id = agent.id.workflow_id();
    child.phase = agent.phase;
    child.generation = agent.generation + 1;  // the one that this decision makes
    child.spent = total_spending(agent, step.now());
    child.born = agent.created_at;
    child.has_below = std::any_of(agent.family.children.begin(), agent.family.children.end(), may_live_below);
    const bool has_failed = agent.phase == Phase::failed || agent.phase == Phase::killed;
    return {std::move(child), cut(has_failed ? agent.reason : agent.response, told_bytes_max)};
}

bool is_news(Phase phase) {
    return phase == Phase::running || phase == Phase::task_complete || phase == Phase::completed ||
           phase == Phase::failed || phase == Phase::killed;
}

std::string message_text(const Child& child, const std::string& said) {
    std::string text = "Your child agent \"" + child.slug + "\" ";
    switch (child.phase) {
        case Phase::task_complete: text += "has finished its task and waits for more"; break;
        case Phase::completed: text += "has ended in good order"; break;
        case Phase::failed: text += "has failed"; break;
        default: text += "was killed"; break;
    }
    if (said.empty()) return text + ".";
    return text + (child.phase == Phase::failed || child.phase == Phase::killed ? ": " : ". Its last words:\n\n") +
           said;
}

void note_news(Step& step, const Child& child, const std::string& said) {
    if (!is_news(child.phase)) return;
    const std::string phase = phase_short_name(child.phase);
    step.note("child_lifecycle", child.slug + ": " + phase,
              {{"child", child.slug}, {"workflowId", child.workflow_id}, {"state", phase}, {"text", said}});
    Agent& agent = step.agent();
    const bool is_ending = is_terminal(agent.phase) || agent.phase == Phase::destroying || agent.stopping;
    const bool is_known = child.phase == Phase::running || (child.phase == Phase::killed && child.dismissed);
    if (is_ending || is_known || agent.queue.size() >= queued_max) return;
    const std::string id = "child-" + child.slug + "-" + std::to_string(child.generation);
    agent.queue.push_back({id, message_text(child, said), step.now(), "child_lifecycle"});
    serve_queue(step);
}

/// As spawned by `agent`, or told of by a child that it does not know.
Child& add_child(Agent& agent, Child child) {
    auto& children = agent.family.children;
    const auto has_ended = [](const Child& other) { return is_terminal(other.phase); };
    const auto is_leaf = [](const Child& other) { return !may_live_below(other); };
    if (std::count_if(children.begin(), children.end(), has_ended) >= ended_children_kept) {
        const auto leaf = std::find_if(children.begin(), children.end(), is_leaf);
        children.erase(leaf != children.end() ? leaf : std::find_if(children.begin(), children.end(), has_ended));
    }
    return children.emplace_back(std::move(child));
}

/// News that others have overtaken. Those of the life before may be the first of what it spent last.
void count_late_news(Step& step, Child& known, const Child& told) {
    if (told.born == known.born || told.born != known.last_born) return;
    Child last;
    last.born = known.last_born;
    last.spent = known.last_spent;
    const Spending added = added_since(last, told.born, told.spent);
    if (added == Spending{}) return;
    known.last_spent = sum(known.last_spent, added);
    step.agent().family.spent = sum(step.agent().family.spent, added);
    step.touch();
}

}

bool may_live_below(const Child& child) {
    return !is_terminal(child.phase) || child.has_below || child.spent.children > 0;
}

std::optional<AgentId> parent_of(const AgentId& id) {
    if (id.path.size() < 2) return std::nullopt;
    AgentId parent = id;
    parent.path.pop_back();
    return parent;
}

void decide_on(Step& step, const command::AdoptChild& adopt) {
    Agent& agent = step.agent();
    if (is_repeated(agent, adopt.request_id)) return;
    const LifecyclePolicy& policy = step.policy();
    const auto depth = static_cast<std::int64_t>(adopt.child.path.size());
    if (depth > policy.depth_max)
        throw Error(Errc::resource_exhausted, "agent \"" + adopt.child.slug() + "\" would be at depth " +
                                                  std::to_string(depth) + " of the tree, and the limit is " +
                                                  std::to_string(policy.depth_max))
            .with_hint("Do it yourself, or ask the operator for a larger max_depth in murmurd.yaml.");
    const std::string workflow_id = adopt.child.workflow_id();
    Child* known = find_child(agent, workflow_id);
    // One that lives is not spawned again: its own answer says what to do instead.
    if (known && !is_terminal(known->phase)) {
        remember_request(agent, adopt.request_id);
        return step.touch();
    }
    const auto alive = std::count_if(agent.family.children.begin(), agent.family.children.end(),
                                     [](const Child& child) { return !is_terminal(child.phase); });
    if (alive >= policy.children_max)
        throw Error(Errc::resource_exhausted, quoted_slug(agent) + " has " + std::to_string(alive) +
                                                  " children that live, and the limit is " +
                                                  std::to_string(policy.children_max))
            .with_hint("Wait for one to end, or ask the operator for a larger max_children in murmurd.yaml.");
    if (const auto hit = find_child_hit(agent, step.surroundings(), step.now()))
        throw Error(Errc::resource_exhausted, hit->text).with_hint(hit->hint);
    if (!known) {
        known = &add_child(agent, {.slug = adopt.child.path.back(), .workflow_id = workflow_id});
        known->adopted = step.now();
    }
    remember_request(agent, adopt.request_id);
    known->phase = Phase::starting;
    known->dismissed = false;
    ++agent.spent.children;
    step.touch();
}

void decide_on(Step& step, const command::ChildChanged& changed) {
    Agent& agent = step.agent();
    Child* known = find_child(agent, changed.child.workflow_id);
    if (!known) {
        known = &add_child(agent, {.slug = changed.child.slug, .workflow_id = changed.child.workflow_id});
        known->adopted = TimePoint::max();
    }
    if (changed.child.generation < known->generation) return count_late_news(step, *known, changed.child);
    if (known->born == TimePoint{} && changed.child.born < known->adopted) {
        // It was spawned by an earlier life of this agent, or is gone on with and was forgotten: what it has spent so
        // far is counted already, or not of this life.
        known->spent = changed.child.spent;
        known->born = changed.child.born;
    }
    const Phase before = known->phase;
    const bool was_dismissed = known->dismissed;
    agent.family.spent = sum(agent.family.spent, added_since(*known, changed.child.born, changed.child.spent));
    Child next = changed.child;
    if (known->born == next.born) next.spent = sum(known->spent, added_since(*known, next.born, next.spent));
    const bool is_next_life = known->born != next.born && known->born != TimePoint{};
    next.last_born = is_next_life ? known->born : known->last_born;
    next.last_spent = is_next_life ? known->spent : known->last_spent;
    next.adopted = known->adopted;
    next.dismissed = was_dismissed || changed.child.dismissed;
    *known = std::move(next);
    step.touch();
    if (before != known->phase) note_news(step, Child(*known), changed.text);
}

void tell_parent(Step& step, const Agent& before) {
    const Agent& after = step.agent();
    const auto parent = parent_of(after.id);
    if (!parent) return;
    const bool has_changed = after.incarnation != before.incarnation || after.phase != before.phase ||
                             after.spent.turns != before.spent.turns || after.spent.time_ms != before.spent.time_ms ||
                             after.spent.children != before.spent.children ||
                             !(after.family.spent == before.family.spent);
    if (has_changed)
        step.add_effect(EffectKind::tell_agent, tell_child_changed(parent->workflow_id(), change_of(step)));
}

void tell_dismissal(Step& step) {
    const auto parent = parent_of(step.agent().id);
    if (!parent) return;
    command::ChildChanged change = change_of(step);
    change.child.dismissed = true;
    step.add_effect(EffectKind::tell_agent, tell_child_changed(parent->workflow_id(), change));
}

bool kill_children(Step& step, const command::Kill& kill) {
    bool has_told = false;
    for (const Child& child : step.agent().family.children) {
        if (!may_live_below(child)) continue;
        step.add_effect(EffectKind::tell_agent,
                        tell_kill(child.workflow_id, {kill.discard, step.agent().id.workflow_id()}));
        has_told = true;
    }
    return has_told;
}

}
