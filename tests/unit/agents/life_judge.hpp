#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "agents/lifecycle.hpp"

namespace murmur {

/// Knows what must be true of an agent after every decision, whatever it was told. It keeps books of its own and
/// trusts none of the agent's flags about work and deliveries.
class LifeJudge {
public:
    /// After each command: what decide() answered, or why it refused.
    void on_decision(const Agent& before, const Command& command, const Decision& decision, TimePoint now);
    void on_refusal(const Agent& agent, const Command& command, const Error& error);

    /// A runner that follows the protocol, and effects that are answered: then the agent also must never be left
    /// waiting for something that cannot come. `calls` and `timers` are those that have no answer yet.
    void check_way_on(const Agent& agent, const std::vector<Effect>& calls, const std::vector<Effect>& timers);

    const std::vector<std::string>& violations() const { return violations_; }
    std::size_t accepted(std::size_t command) const;
    const std::set<std::string>& reports() const { return reports_; }
    const std::set<Phase>& phases() const { return phases_; }

private:
    void violated(const std::string& what) { violations_.push_back(what); }
    void check_table(const Agent& before, const Command& command, const Decision& decision);
    void check_counters(const Agent& before, const Agent& after, bool is_new_life);
    void check_spending(const Agent& before, const Agent& after, TimePoint now);
    void check_effects(const Decision& decision);
    void check_destroyed(const Effect& effect);
    void check_delivered(const Effect& effect);
    void check_messages(const Agent& agent);
    void check_bounds(const Agent& agent);
    void check_stored_form(const Agent& agent);

    void book(const Agent& before, const Command& command, const Agent& after);
    void book_report(const Agent& before, const command::RunnerReport& told, const Agent& after);
    void book_handed_over(const Agent& before, const json::object& body, const char* field, bool is_start);
    void begin_life(const command::Spawn& spawn);

    std::vector<std::string> violations_;
    std::set<std::string> keys_;                 ///< of effects
    std::set<std::string> unsaved_;              ///< machines with work
    bool is_discarded_ = false;                  ///< someone said that the work may go
    std::set<std::string> waiting_;              ///< ids of messages that were accepted and are not handed over
    std::set<std::string> handed_over_;          ///< to the session of this life
    std::set<std::string> sent_;                 ///< within the present incarnation
    std::map<std::size_t, std::size_t> counts_;  ///< of accepted commands, by index
    std::set<std::string> reports_;              ///< kinds that were accepted
    std::set<Phase> phases_;
};

}
