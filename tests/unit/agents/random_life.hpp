#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "life_judge.hpp"

namespace murmur {

/// One agent under decide(), and all that may be asked of it or told of it, at random but from a seed. In a rogue life
/// everybody around it may say anything at any time; otherwise its runner follows the protocol and calls into the
/// substrate are answered, late, badly or twice.
class RandomLife {
public:
    RandomLife(std::uint64_t seed, bool is_rogue);

    void step();
    LifeJudge judge;
    const Agent& agent() const { return agent_; }
    /// What was done last, the newest at the end.
    std::string story() const;

private:
    /// What the process on the machine knows. It begins anew with each incarnation; the journal is on the disk.
    struct Runner {
        std::deque<json::object> commands;
        std::vector<std::string> inbox;
        std::optional<std::int64_t> assess;
        bool has_session = false, is_rescue = false, in_turn = false, interrupted = false, stopping = false,
             ended = false;
    };

    std::int64_t below(std::int64_t count) {
        return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(count));
    }
    bool chance(int percent) { return below(100) < percent; }
    template <class T>
    T pick(std::initializer_list<T> list) {
        return *(list.begin() + below(static_cast<std::int64_t>(list.size())));
    }
    std::string name(const char* prefix) { return prefix + std::to_string(++names_); }
    Error any_error();

    bool apply(const Command& command);
    void take_effects(const Decision& decision);
    void pass_time();

    // What people and other agents ask.
    Command any_request();
    Command any_small_request();
    command::Spawn any_spawn();
    Task any_task();
    // What happens to machines.
    void answer_call();
    Command answer_to(const Effect& effect);
    void ring();
    void misfortune();
    // What the runner does.
    void run_runner();
    void read_commands();
    void read_command(const json::object& body);
    void begin_turn();
    void work();
    void rest();
    void end_session(bool saved);
    bool report(const char* kind, json::object body);
    json::object any_report_body(const std::string& kind);
    json::object any_snapshot();
    void anything();

    std::mt19937_64 engine_;
    const bool is_rogue_;
    LifecyclePolicy policy_;
    Surroundings surroundings_;
    Agent agent_;
    TimePoint now_;
    std::int64_t names_ = 0, child_generation_ = 0;
    Spending child_spent_;
    Runner runner_;
    std::set<std::string> journal_;  ///< of the machine at hand
    std::string journal_machine_;
    std::vector<Effect> calls_, timers_;
    std::deque<Command> past_;
    std::deque<std::string> story_;
};

}
