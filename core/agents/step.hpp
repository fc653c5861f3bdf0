#pragma once

#include <murmur/error.hpp>
#include <string>
#include <vector>

#include "agents/decision.hpp"
#include "agents/lifecycle.hpp"
#include "agents/transition_table.hpp"

namespace murmur {

/// One decision in the making: the agent's next state, with the few moves that keep it consistent.
class Step {
public:
    /// Phases other than the agent's and those in `allowed` cannot be set.
    Step(const Agent& agent, const LifecyclePolicy& policy, TimePoint now, const Surroundings& surroundings,
         PhaseSet allowed);

    Agent& agent() { return decision_.next; }
    const Agent& agent() const { return decision_.next; }
    TimePoint now() const { return now_; }
    const LifecyclePolicy& policy() const { return policy_; }
    const Surroundings& surroundings() const { return surroundings_; }

    /// Something in the agent's document changes.
    void touch() { changed_ = decision_.document_changed = true; }
    /// Only progress, cost or the session's position changes.
    void touch_columns() { changed_ = true; }
    void note(std::string type, std::string text, json::object data = {});
    void note_session(SessionLine line);
    /// Throws internal for a phase that the transition table does not foresee.
    void set_phase(Phase phase);
    void add_effect(EffectKind kind, json::object body = {}, TimePoint not_before = {});
    void add_timer(const std::string& what, std::int64_t count, std::chrono::milliseconds after);
    void add_snapshot(SnapshotRecord snapshot);
    /// Puts a command for the runner into the outbox; `body` has the one field that says which.
    void send_to_runner(json::object body);
    /// Hands messages to the session; it is busy from now on.
    void deliver(const std::vector<FollowUp>& messages, bool mid_turn);

    /// A turn begins with a message of the host's own making: "checklist", "assessor", "host".
    void tell_session(const std::string& source, std::string text);
    /// Takes the next batch off the queue if the session is free. Returns whether it did, or whether a budget that is
    /// used up has ended the agent instead.
    bool deliver_queue();
    /// The turn is over and nothing waits: what `on_idle` says.
    void become_idle(Phase phase);

    /// The agent is to end: the session is asked to end in good order and to save its work, in a hurry or not; what
    /// holds no work is removed at once. Then the agent becomes `ending`, unless it is ending otherwise already.
    void stop_session(Ending ending, bool hurry = false);
    /// Until the session has ended; a later deadline replaces it.
    void set_deadline(std::chrono::milliseconds after);
    /// Removes the machine, or waits for its start to come back first; then the agent becomes its `ending`. Only where
    /// no work is lost by it: use stop_session() otherwise.
    void destroy();
    /// Sets the terminal phase.
    void finish();

    /// The finished decision: with a new generation if anything changed.
    Decision take() &&;

private:
    EventPosition next_position(EventPosition last) const;

    Decision decision_;
    const LifecyclePolicy& policy_;
    const Surroundings& surroundings_;
    TimePoint now_;
    PhaseSet allowed_;
    bool changed_ = false;
};

void decide_report(Step& step, const json::object& report);

}
