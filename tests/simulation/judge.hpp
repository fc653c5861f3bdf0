#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "agents/decision.hpp"

namespace murmur::simulation {

class World;
struct SimulatedMachine;

/// Knows what must be true, whatever happens. `label` is "<workspace>/<slug>" of an agent.
class Judge {
public:
    explicit Judge(World& world) : world_(world) {}

    void violated(const std::string& what);
    const std::vector<std::string>& violations() const { return violations_; }

    // What befell an agent, or was asked of it: it explains an end that would else be a mistake.
    void excuse(const std::string& label, const std::string& why) { excuses_[label].insert(why); }
    void excuse_all(const std::string& why) { excuses_[""].insert(why); }
    void on_kill(const std::string& label, bool discard);
    void on_may_complete(const std::string& label) { may_complete_.insert(label); }

    /// The caller was told that it is stored.
    void on_follow_up_stored(const Agent& agent, const std::string& id, bool is_ordered);
    /// It may be stored since that place of the log: the answer to the first time was lost.
    void on_follow_up_known(const Agent& agent, const std::string& id, EventPosition since);
    void on_queue_cleared(const std::string& label);
    void on_budget_changed(const std::string& label) { budget_changed_.insert(label); }
    void on_end_asked(const Agent& agent);
    void on_spawned(const Agent& agent);

    /// The session on that machine begins or goes on.
    void on_session(const SimulatedMachine& machine);
    void on_conflict(const std::string& label) { conflicts_.insert(label); }
    void on_conflict_over(const std::string& label) { conflicts_.erase(label); }
    void on_hand_over(const SimulatedMachine& machine, const std::string& message_id);
    void on_turn_sent(const Agent& agent);
    void on_destroy(const SimulatedMachine& machine);
    /// Some machines could not be removed for long; now they can.
    void before_let_go();
    /// Who ends without waiting for its machine has ended.
    void on_discarded(const Agent& agent);
    /// Nothing has happened for long, and nothing stands in the way of anything.
    void at_rest();

private:
    struct Message {
        std::string id;
        EventPosition since, at;  ///< of the agent's log when it was asked for, and when it was known to be stored
        bool is_ordered;
    };
    struct Account {
        std::int64_t turns = 0, lives = 0;
        double cost_usd = 0;
        bool is_renewed = false;  ///< spawned anew: what was before is not of this life
    };
    Account account_of(const Agent& agent) const;
    Account account_below(const Agent& agent) const;
    bool is_excused(const std::string& label) const;
    bool is_budget_newer_than_turns(const Agent& agent) const;
    /// It, or one that it descends from.
    static bool is_among(const std::set<std::string>& trees, const std::string& label);
    void judge_log(const Agent& agent);
    void judge_end(const Agent& agent);
    void judge_rest(const Agent& agent);
    void judge_messages(const Agent& agent);
    void judge_parent(const Agent& agent);
    void judge_accounts(const Agent& agent);
    void judge_budget(const Agent& agent);
    void judge_machines();

    World& world_;
    std::vector<std::string> violations_;
    std::map<std::string, std::set<std::string>> excuses_;
    std::set<std::string> killed_, discarded_, may_complete_;
    std::map<std::string, std::vector<Message>> stored_;           ///< by label
    std::map<std::string, std::vector<std::string>> handed_over_;  ///< by label, each once
    std::map<std::string, EventPosition> end_asked_;
    std::map<std::string, std::vector<EventPosition>> clears_;  ///< of queues, by label
    std::map<std::string, std::vector<EventPosition>> ends_;    ///< of lives, by label
    std::set<std::string> spawned_;
    std::map<std::string, std::string> sessions_;  ///< whose a session is, by its id
    std::set<std::string> conflicts_;              ///< who is to hear of one
    std::set<std::string> budget_changed_;
};

/// "web/a-1"
std::string label_of(const Agent& agent);

}
