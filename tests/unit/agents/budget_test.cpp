#include "agents/budget.hpp"

#include "agents/spending.hpp"
#include "tree_world.hpp"

namespace murmur {
namespace {

struct BudgetTest : ::testing::Test, TreeWorld {
    void follow_up(const std::string& slug, const std::string& id) { apply(slug, command::AddFollowUp{id, "go on"}); }
    void fall_asleep(const std::string& slug) {
        apply(slug, command::Sleep{});
        apply(slug, command::MachineSuspended{agents.at(slug).incarnation});
    }
    void pass(std::chrono::milliseconds span) { now += span; }
    const Effect& timer_of(const std::string& slug) {
        const auto& list = effects.at(slug);
        const auto found = std::find_if(list.rbegin(), list.rend(), [](const Effect& effect) {
            return effect.kind == EffectKind::timer && effect.body.at("what") == "max-time";
        });
        EXPECT_NE(found, list.rend());
        return *found;
    }
    void ring(const std::string& slug) {
        const Effect timer = timer_of(slug);
        now = std::max(now, timer.not_before);
        apply(slug,
              command::TimerFired{timer.incarnation, "max-time", timer.body.at("count").to_number<std::int64_t>()});
    }
};

TEST_F(BudgetTest, ATurnThatMayNotBeginEndsTheAgentAndSaysWhy) {
    spawn("a", {.max_cost_usd = 5});
    cost("a", 5.03);
    follow_up("a", "f-2");
    EXPECT_EQ(agents["a"].phase, Phase::running) << "a turn that has begun is not cut short";
    end_turn("a");
    EXPECT_EQ(agents["a"].phase, Phase::destroying);
    EXPECT_TRUE(was_told_to_stop("a"));
    EXPECT_EQ(agents["a"].queue.size(), 1u) << "it was not delivered";
    EXPECT_EQ(agents["a"].budget_hit, "max-cost");
    end_session("a");
    EXPECT_EQ(agents["a"].phase, Phase::failed);
    EXPECT_EQ(agents["a"].reason, "limit max-cost of $5.00 is reached ($5.03 spent)");
    EXPECT_NE(agents["a"].hint.find("murmur spawn --resurrect a --max-cost"), std::string::npos) << agents["a"].hint;
}

TEST_F(BudgetTest, WhoHasNothingToDoRestsAndIsGivenNoMore) {
    spawn("a", {.max_turns = 1});
    end_turn("a");
    EXPECT_EQ(agents["a"].phase, Phase::task_complete);
    const Error error = refusal("a", command::AddFollowUp{"f-2", "more"});
    EXPECT_EQ(error.code(), Errc::resource_exhausted);
    EXPECT_EQ(error.message(), "limit max-turns of 1 is reached (1 turn)");
    EXPECT_EQ(error.hint(), "Raise it with: murmur budget a --max-turns N");
    EXPECT_EQ(refusal("a", command::SendMessage{"f-2", "more"}).code(), Errc::resource_exhausted);
    apply("a", command::SetBudget{.max_turns = 2});
    follow_up("a", "f-2");
    EXPECT_EQ(agents["a"].phase, Phase::running);
}

TEST_F(BudgetTest, OneThatSleepsIsNotWokenForATurnThatMayNotBegin) {
    spawn("a", {.max_turns = 1});
    end_turn("a");
    fall_asleep("a");
    for (const Command& command :
         {Command(command::AddFollowUp{"f-2", "more"}), Command(command::SendMessage{"f-2", "more"})}) {
        const Error error = refusal("a", command);
        EXPECT_EQ(error.code(), Errc::resource_exhausted);
        EXPECT_EQ(error.message(), "limit max-turns of 1 is reached (1 turn)");
        EXPECT_EQ(error.hint(), "Raise it with: murmur budget a --max-turns N");
    }
    EXPECT_EQ(agents["a"].machine->phase, MachinePhase::suspended);
    apply("a", command::SetBudget{.max_turns = 2});
    follow_up("a", "f-2");
    EXPECT_EQ(agents["a"].machine->phase, MachinePhase::resuming);
    apply("a", command::MachineResumed{1});
    EXPECT_EQ(agents["a"].phase, Phase::running);
}

TEST_F(BudgetTest, NorIsOneThatIsFallingAsleepOrWakingUp) {
    spawn("a", {.max_cost_usd = 1});
    cost("a", 1);
    end_turn("a");
    apply("a", command::Sleep{});
    EXPECT_EQ(refusal("a", command::AddFollowUp{"f-2", "more"}).hint(),
              "Raise it with: murmur budget a --max-cost USD");
    apply("a", command::MachineSuspended{1});
    apply("a", command::Wake{});
    EXPECT_EQ(refusal("a", command::AddFollowUp{"f-2", "more"}).code(), Errc::resource_exhausted);
    apply("a", command::MachineResumed{1});
    EXPECT_EQ(agents["a"].phase, Phase::idle) << "it was woken for nothing, and has not ended for it";
}

TEST_F(BudgetTest, ASleepersAncestorMayHaveUsedUpTheBudget) {
    spawn("a", {.max_cost_usd = 5});
    spawn("a/b");
    end_turn("a/b");
    fall_asleep("a/b");
    cost("a", 5);
    const Error error = refusal("a/b", command::AddFollowUp{"f-2", "more"});
    EXPECT_EQ(error.code(), Errc::resource_exhausted);
    EXPECT_EQ(error.message(), "limit max-cost of $5.00 of agent \"a\" is reached ($5.00 spent)");
    EXPECT_EQ(error.hint(), "Raise it with: murmur budget a --max-cost USD");
}

TEST_F(BudgetTest, OfOneThatHasEndedItIsRaisedForThoseThatItHasSpawned) {
    spawn("a", {.max_cost_usd = 5});
    spawn("a/b");
    spawn("a/b/c");
    for (const char* slug : {"a/b", "a"}) {  // those below them live on
        apply(slug, command::Stop{});
        EXPECT_EQ(agents[slug].phase, Phase::destroying);
        apply(slug, command::SetBudget{.max_turns = 9});
        end_session(slug);
        EXPECT_EQ(agents[slug].phase, Phase::completed);
    }
    cost("a/b/c", 5);
    end_turn("a/b/c");
    EXPECT_EQ(refusal("a/b/c", command::AddFollowUp{"f-2", "more"}).hint(),
              "Raise it with: murmur budget a --max-cost USD");
    apply("a", command::SetBudget{.max_cost_usd = 9});
    EXPECT_EQ(agents["a"].budget, (Budget{.max_cost_usd = 9, .max_turns = 9}));
    EXPECT_EQ(agents["a"].phase, Phase::completed);
    follow_up("a/b/c", "f-2");
    EXPECT_EQ(agents["a/b/c"].phase, Phase::running);
}

TEST_F(BudgetTest, OfOneThatHasEndedAloneItIsOfNoUse) {
    spawn("a", {.max_turns = 3});
    spawn("a/b");
    for (const char* slug : {"a/b", "a"}) {
        apply(slug, command::Stop{});
        EXPECT_EQ(refusal("a/b", command::SetBudget{.max_turns = 9}).code(), Errc::failed_precondition);
        end_session(slug);
    }
    const Error error = refusal("a", command::SetBudget{.max_turns = 9});
    EXPECT_EQ(error.code(), Errc::failed_precondition);
    EXPECT_NE(error.hint().find("murmur spawn --resurrect a"), std::string::npos) << error.hint();
}

TEST_F(BudgetTest, OpenTasksBeginNoTurnThatIsNotPaidFor) {
    spawn("a", {.max_turns = 1});
    apply("a", command::CreateTask{{.subject = "one"}});
    end_turn("a");
    EXPECT_EQ(agents["a"].phase, Phase::destroying);
    EXPECT_EQ(agents["a"].budget_hit, "max-turns");
}

TEST_F(BudgetTest, AMessageThatWasSentIntoATurnBeginsNoTurnBeyondTheLimit) {
    spawn("a", {.max_turns = 1});
    apply("a", command::SendMessage{"f-2", "more"});
    ASSERT_EQ(agents["a"].sent.size(), 1u);
    end_turn("a");
    EXPECT_EQ(agents["a"].phase, Phase::destroying);
}

TEST_F(BudgetTest, SetBudgetChangesWhatItNamesOnly) {
    spawn("a", {.max_cost_usd = 5, .max_turns = 3});
    apply("a", command::SetBudget{.max_cost_usd = 0, .max_children = 4});
    EXPECT_EQ(agents["a"].budget, (Budget{.max_cost_usd = 0, .max_turns = 3, .max_children = 4}));
    EXPECT_EQ(events["a"].back().text, "max-cost none, max-turns 3, max-time none, max-children 4");
}

TEST_F(BudgetTest, CostsTurnsAndTimesAddUpOverThreeLevels) {
    spawn("a");
    spawn("a/b");
    spawn("a/b/c");
    spawn("a/d");
    cost("a", 1);
    cost("a/b", 2);
    cost("a/b/c", 4);
    cost("a/d", 8);
    pass(std::chrono::seconds(10));
    for (const char* slug : {"a/b/c", "a/b", "a/d", "a"}) end_turn(slug);
    const Spending total = total_spending(agents["a"], now);
    EXPECT_DOUBLE_EQ(total.cost_usd, 15);
    // Each has had a turn; parents are told of their children, which begins another.
    EXPECT_EQ(total.turns, agents["a"].spent.turns + agents["a/b"].spent.turns + 2);
    EXPECT_EQ(total.children, 3);
    EXPECT_GE(total.time_ms, 40'000);
    EXPECT_DOUBLE_EQ(total_spending(agents["a/b"], now).cost_usd, 6);
    EXPECT_EQ(total_spending(agents["a/b"], now).children, 1);
    EXPECT_EQ(agents["a"].family.children.size(), 2u);
}

TEST_F(BudgetTest, WhatIsNotToldYetCountsToo) {
    spawn("a", {.max_cost_usd = 10});
    spawn("a/b");
    spawn("a/b/c");
    cost("a/b/c", 7);
    cost("a", 2);
    EXPECT_DOUBLE_EQ(agents["a"].family.spent.cost_usd, 0);
    EXPECT_DOUBLE_EQ(spending_of_ancestor(agents["a/b/c"], around("a/b/c"), 1, now).cost_usd, 9);
    EXPECT_FALSE(find_budget_hit(agents["a/b/c"], around("a/b/c"), now));
    cost("a/b/c", 1);
    const auto hit = find_budget_hit(agents["a/b/c"], around("a/b/c"), now);
    ASSERT_TRUE(hit);
    EXPECT_EQ(hit->text, "limit max-cost of $10.00 of agent \"a\" is reached ($10.00 spent)");
    EXPECT_TRUE(hit->is_ancestors);
}

TEST_F(BudgetTest, ABudgetInTheMiddleOfTheTreeStopsThoseBelowItAlone) {
    spawn("a", {.max_cost_usd = 100});
    spawn("a/b", {.max_cost_usd = 3});
    spawn("a/b/c");
    spawn("a/d");
    cost("a/b/c", 3.5);
    for (const char* slug : {"a/b/c", "a/d"}) follow_up(slug, "f-2");
    end_turn("a/b/c");
    EXPECT_EQ(agents["a/b/c"].phase, Phase::destroying);
    end_session("a/b/c");
    EXPECT_EQ(agents["a/b/c"].phase, Phase::failed);
    EXPECT_EQ(agents["a/b/c"].reason, "limit max-cost of $3.00 of agent \"a/b\" is reached ($3.50 spent)");
    EXPECT_NE(agents["a/b/c"].hint.find("murmur budget a/b --max-cost"), std::string::npos);
    // The middle one has heard of it, and may not begin the turn in which it would think about that.
    EXPECT_EQ(agents["a/b"].phase, Phase::running);
    end_turn("a/b");
    EXPECT_EQ(agents["a/b"].phase, Phase::destroying);
    EXPECT_EQ(agents["a/b"].budget_hit, "max-cost");
    end_session("a/b");
    EXPECT_EQ(agents["a/b"].phase, Phase::failed);
    // Beside and above it nothing stops.
    end_turn("a/d");
    EXPECT_EQ(agents["a/d"].phase, Phase::running);
    end_turn("a");
    EXPECT_EQ(agents["a"].phase, Phase::running);
    EXPECT_FALSE(was_told_to_stop("a"));
    EXPECT_FALSE(was_told_to_stop("a/d"));
}

TEST_F(BudgetTest, NoChildIsSpawnedFromABudgetThatIsUsedUp) {
    spawn("a", {.max_cost_usd = 3, .max_children = 2});
    spawn("a/b");
    spawn("a/b/c");
    const Error too_many = refusal("a/b", command::AdoptChild{id_of("a/b/d")});
    EXPECT_EQ(too_many.code(), Errc::resource_exhausted);
    EXPECT_EQ(too_many.message(), "limit max-children of 2 of agent \"a\" is reached (2 agents spawned)");
    EXPECT_EQ(refusal("a", command::AdoptChild{id_of("a/d")}).code(), Errc::resource_exhausted);
    apply("a", command::SetBudget{.max_children = 9});
    apply("a", command::AdoptChild{id_of("a/d")});
    cost("a/b/c", 3);
    end_turn("a/b/c");
    EXPECT_EQ(refusal("a/b", command::AdoptChild{id_of("a/b/e")}).message(),
              "limit max-cost of $3.00 of agent \"a\" is reached ($3.00 spent)");
}

TEST_F(BudgetTest, ANewLifeOfAChildForgetsNothingOfWhatWasSpent) {
    spawn("a", {.max_cost_usd = 5});
    spawn("a/b");
    cost("a/b", 3);
    apply("a/b", command::Stop{});
    end_session("a/b");
    EXPECT_DOUBLE_EQ(total_spending(agents["a"], now).cost_usd, 3);
    spawn("a/b", {}, true);
    EXPECT_DOUBLE_EQ(agents["a/b"].spent.cost_usd, 0);
    cost("a/b", 1);
    EXPECT_DOUBLE_EQ(spending_of_ancestor(agents["a/b"], around("a/b"), 0, now).cost_usd, 4);
    end_turn("a/b");
    EXPECT_DOUBLE_EQ(total_spending(agents["a"], now).cost_usd, 4);
    EXPECT_EQ(total_spending(agents["a"], now).children, 2);
}

TEST_F(BudgetTest, TimeIsUpWithinATurn) {
    spawn("a", {.max_time_ms = 60'000});
    EXPECT_EQ(to_ms(timer_of("a").not_before) - to_ms(now), 60'000);
    pass(std::chrono::seconds(20));
    end_turn("a");
    EXPECT_EQ(agents["a"].spent.time_ms, 20'001);
    pass(std::chrono::hours(1));
    follow_up("a", "f-2");
    start_turn("a");
    EXPECT_EQ(to_ms(timer_of("a").not_before) - to_ms(now), 39'999) << "resting costs no time";
    ring("a");
    EXPECT_EQ(agents["a"].phase, Phase::destroying);
    const auto& list = effects["a"];
    const auto is = [&](const char* what) {
        return std::find_if(list.begin(), list.end(), [&](const Effect& effect) { return effect.body.contains(what); });
    };
    EXPECT_LT(is("interrupt"), is("stop"));
    EXPECT_EQ(agents["a"].ending->reason.substr(0, 40), "limit max-time of 1m is reached (1m of t");
}

TEST_F(BudgetTest, ATimerThatIsLateOrOutOfDateStopsNothing) {
    spawn("a", {.max_time_ms = 60'000});
    apply("a", command::SetBudget{.max_time_ms = 120'000});
    const std::size_t before = effects["a"].size();
    apply("a", command::TimerFired{agents["a"].incarnation, "max-time", 1});
    EXPECT_EQ(effects["a"].size(), before + 1) << "armed again for what is left";
    EXPECT_EQ(agents["a"].phase, Phase::running);
    end_turn("a");
    pass(std::chrono::hours(1));
    apply("a", command::TimerFired{agents["a"].incarnation, "max-time", 1});
    EXPECT_EQ(agents["a"].phase, Phase::task_complete);
}

TEST_F(BudgetTest, AnAncestorsTimeIsUpToo) {
    spawn("a", {.max_time_ms = 60'000});
    end_turn("a");
    spawn("a/b");
    pass(std::chrono::seconds(30));
    ring("a/b");
    EXPECT_EQ(agents["a/b"].phase, Phase::destroying);
    EXPECT_EQ(agents["a/b"].budget_hit, "max-time");
    EXPECT_NE(agents["a/b"].ending->reason.find("of agent \"a\""), std::string::npos);
}

TEST_F(BudgetTest, TokensCostWhatTheTableSays) {
    policy.prices = std::make_shared<PriceTable>(
        std::vector<PriceTable::Price>{{"fine-", 1, 2, 0.5, 4}, {"fine-and-large", 10, 20, 5, 40}});
    spawn("a");
    const json::object tokens{{"inputTokens", 1'000'000},
                              {"outputTokens", 500'000},
                              {"cacheReadTokens", 2'000'000},
                              {"cacheWriteTokens", 250'000},
                              {"model", "fine-and-large-7"}};
    report("a", "sessionEvent", {{"kind", "COST"}, {"data", tokens}});
    EXPECT_DOUBLE_EQ(agents["a"].spent.cost_usd, 10 + 10 + 10 + 10);
    EXPECT_TRUE(agents["a"].cost_estimated);
}

TEST_F(BudgetTest, AModelWithoutAPriceIsSaidOnce) {
    spawn("a");
    for (int i = 0; i < 3; ++i)
        report("a", "sessionEvent", {{"kind", "COST"}, {"data", json::object{{"inputTokens", 5}, {"model", "x"}}}});
    EXPECT_DOUBLE_EQ(agents["a"].spent.cost_usd, 0);
    EXPECT_EQ(std::count_if(events["a"].begin(), events["a"].end(),
                            [](const AgentEvent& event) { return event.type == "budget"; }),
              1);
    cost("a", 0.25);
    EXPECT_DOUBLE_EQ(agents["a"].spent.cost_usd, 0.25);
}

TEST(SpendingText, MoneyAndSpans) {
    EXPECT_EQ(money_text(5), "$5.00");
    EXPECT_EQ(money_text(0.004), "$0.0040");
    EXPECT_EQ(span_text(std::chrono::minutes(90)), "1h30m");
    EXPECT_EQ(span_text(std::chrono::seconds(45)), "45s");
    EXPECT_EQ(span_text(std::chrono::milliseconds(20)), "20ms");
    EXPECT_EQ(span_text(std::chrono::milliseconds(0)), "0s");
}

}
}
