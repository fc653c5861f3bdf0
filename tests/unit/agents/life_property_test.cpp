// What must hold after every decision, whatever an agent is told and in whatever order; see life_judge.hpp.

#include <gtest/gtest.h>

#include "agents/transition_table.hpp"
#include "random_life.hpp"

namespace murmur {
namespace {

// Fixed, so that a run can be repeated: a seed that fails is named.
constexpr std::uint64_t seeds = 150;
constexpr int steps = 120;

struct Coverage {
    std::map<std::size_t, std::size_t> commands;
    std::set<std::string> reports;
    std::set<Phase> phases;

    void add(const LifeJudge& judge) {
        for (std::size_t index = 0; index < command_count; ++index) commands[index] += judge.accepted(index);
        reports.insert(judge.reports().begin(), judge.reports().end());
        phases.insert(judge.phases().begin(), judge.phases().end());
    }
};

void live(std::uint64_t seed, bool is_rogue, Coverage& coverage) {
    RandomLife life(seed, is_rogue);
    for (int step = 0; step < steps && life.judge.violations().empty(); ++step) life.step();
    for (const std::string& violation : life.judge.violations())
        ADD_FAILURE() << "seed " << seed << (is_rogue ? " (rogue): " : ": ") << violation << life.story();
    coverage.add(life.judge);
}

void expect_all(const Coverage& coverage) {
    for (const auto& [index, count] : coverage.commands) EXPECT_GT(count, 0u) << command_name(index);
    EXPECT_EQ(coverage.phases.size(), phase_count - 1);
}

TEST(LifeProperty, HoldsWhereEverybodyKeepsToTheProtocol) {
    Coverage coverage;
    for (std::uint64_t seed = 1; seed <= seeds && !HasFailure(); ++seed) live(seed, false, coverage);
    expect_all(coverage);
    EXPECT_EQ(coverage.reports.size(), 16u) << "of the kinds that there are";
}

TEST(LifeProperty, HoldsWhateverIsSaidAndWhen) {
    Coverage coverage;
    for (std::uint64_t seed = 1; seed <= seeds && !HasFailure(); ++seed) live(seed, true, coverage);
    expect_all(coverage);
    EXPECT_EQ(coverage.reports.size(), 17u) << "and one that nobody knows";
}

}
}
