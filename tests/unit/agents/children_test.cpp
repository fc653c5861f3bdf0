#include "agents/children.hpp"

#include "tree_world.hpp"

namespace murmur {
namespace {

struct ChildrenTest : ::testing::Test, TreeWorld {
    std::vector<FollowUp> messages_of(const std::string& slug) {
        std::vector<FollowUp> messages = agents[slug].sent;
        messages.insert(messages.end(), agents[slug].queue.begin(), agents[slug].queue.end());
        std::erase_if(messages, [](const FollowUp& message) { return message.source != "child_lifecycle"; });
        return messages;
    }
};

using Texts = std::vector<std::string>;

TEST_F(ChildrenTest, AParentHearsHowItsChildFares) {
    spawn("a");
    spawn("a/b");
    ASSERT_EQ(agents["a"].family.children.size(), 1u);
    EXPECT_EQ(agents["a"].family.children[0].phase, Phase::running);
    EXPECT_EQ(lifecycle_of("a"), (Texts{"b: running"}));
    EXPECT_TRUE(messages_of("a").empty());
    end_turn("a/b", "The API is fixed.");
    EXPECT_EQ(lifecycle_of("a"), (Texts{"b: running", "b: task-complete"}));
    ASSERT_EQ(messages_of("a").size(), 1u);
    EXPECT_EQ(messages_of("a")[0].text,
              "Your child agent \"b\" has finished its task and waits for more. Its last words:\n\nThe API is fixed.");
    end_turn("a");
    EXPECT_EQ(agents["a"].phase, Phase::running) << "its next turn begins with that";
    EXPECT_TRUE(agents["a"].queue.empty());
}

TEST_F(ChildrenTest, NewsOfAChildWakeItsParent) {
    spawn("a");
    spawn("a/b");
    end_turn("a");
    apply("a", command::Sleep{});
    apply("a", command::MachineSuspended{1});
    EXPECT_EQ(agents["a"].phase, Phase::sleeping);
    end_turn("a/b");
    EXPECT_EQ(agents["a"].machine->phase, MachinePhase::resuming);
    apply("a", command::MachineResumed{1});
    EXPECT_EQ(agents["a"].phase, Phase::running);
}

TEST_F(ChildrenTest, AChildThatHasEndedIsSpawnedAgainByItsParent) {
    spawn("a");
    spawn("a/b");
    end_session("a/b");
    try {
        apply("a/b", command::AddFollowUp{"f-2", "more"});
        FAIL() << "it was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.hint(),
                  "Go on with it: murmur spawn --resurrect b \"…\", or anew: murmur spawn --force-new b \"…\" (within "
                  "the session of \"a\")");
    }
}

TEST_F(ChildrenTest, WhatEndsAChildIsTold) {
    spawn("a");
    spawn("a/b");
    report("a/b", "turnEnded", {{"turn", 1}, {"success", false}, {"stopReason", "exit 3"}});
    listen();
    EXPECT_EQ(agents["a"].family.children[0].phase, Phase::destroying);
    end_session("a/b");
    EXPECT_EQ(agents["a"].family.children[0].phase, Phase::failed);
    EXPECT_EQ(lifecycle_of("a"), (Texts{"b: running", "b: failed"}));
    EXPECT_NE(messages_of("a").at(0).text.find("has failed: turn 1 of backend"), std::string::npos);
}

TEST_F(ChildrenTest, GrandparentsHearOfCostsButNotOfGrandchildren) {
    spawn("a");
    spawn("a/b");
    spawn("a/b/c");
    cost("a/b/c", 2);
    end_turn("a/b/c");
    EXPECT_EQ(agents["a"].family.children.size(), 1u);
    EXPECT_DOUBLE_EQ(agents["a"].family.spent.cost_usd, 2);
    EXPECT_DOUBLE_EQ(agents["a"].family.children[0].spent.cost_usd, 2);
    EXPECT_EQ(lifecycle_of("a"), (Texts{"b: running"}));
    EXPECT_EQ(lifecycle_of("a/b"), (Texts{"c: running", "c: task-complete"}));
}

TEST_F(ChildrenTest, NewsThatComeTwiceOrLateCountOnce) {
    spawn("a");
    spawn("a/b");
    const Child earlier = agents["a"].family.children[0];
    cost("a/b", 2);
    end_turn("a/b");
    const Child latest = agents["a"].family.children[0];
    const std::size_t messages = messages_of("a").size();
    apply("a", command::ChildChanged{latest, "again"});
    apply("a", command::ChildChanged{earlier, "late"});
    EXPECT_EQ(agents["a"].family.children[0].phase, Phase::task_complete);
    EXPECT_DOUBLE_EQ(agents["a"].family.spent.cost_usd, 2);
    EXPECT_EQ(messages_of("a").size(), messages);
}

TEST_F(ChildrenTest, AKillTakesTheSubtree) {
    spawn("a");
    spawn("a/b");
    spawn("a/b/c");
    spawn("a/d");
    spawn("e");
    apply("a", command::Kill{});
    listen();
    for (const char* slug : {"a", "a/b", "a/b/c", "a/d"}) EXPECT_EQ(agents[slug].phase, Phase::destroying) << slug;
    EXPECT_EQ(agents["e"].phase, Phase::running);
}

TEST_F(ChildrenTest, AKillInTheMiddleLeavesTheOthersAlone) {
    spawn("a");
    spawn("a/b");
    spawn("a/b/c");
    spawn("a/d");
    apply("a/b", command::Kill{});
    listen();
    EXPECT_EQ(agents["a/b/c"].phase, Phase::destroying);
    EXPECT_EQ(agents["a"].phase, Phase::running);
    EXPECT_EQ(agents["a/d"].phase, Phase::running);
    for (const char* slug : {"a/b/c", "a/b"}) {
        agents[slug].machine->phase = MachinePhase::destroying;
        apply(slug, command::MachineDestroyed{agents[slug].incarnation});
    }
    listen();
    EXPECT_EQ(lifecycle_of("a").back(), "b: killed");
    EXPECT_EQ(messages_of("a").size(), 1u);
}

TEST_F(ChildrenTest, AKillReachesThoseBelowOneThatHasEnded) {
    for (const bool is_root_alive : {true, false}) {
        TreeWorld::operator=({});
        for (const char* slug : {"a", "a/b", "a/b/c"}) spawn(slug);
        for (const char* slug : {"a/b", "a"}) {
            if (is_root_alive && slug == std::string("a")) continue;
            apply(slug, command::Stop{});
            end_session(slug);
            EXPECT_EQ(agents[slug].phase, Phase::completed);
        }
        apply("a", command::Kill{});
        listen();
        EXPECT_TRUE(was_told_to_stop("a/b/c")) << is_root_alive;
        EXPECT_EQ(agents["a/b/c"].phase, Phase::destroying) << is_root_alive;
        EXPECT_EQ(agents["a/b"].phase, Phase::completed) << is_root_alive;
    }
}

TEST_F(ChildrenTest, ACleanLifeHasThoseThatStillLiveBelowItsName) {
    for (const char* slug : {"a", "a/b", "a/b/c", "a/b/d"}) spawn(slug);
    apply("a/b/d", command::Stop{});
    end_session("a/b/d");
    apply("a/b", command::Stop{});
    end_session("a/b");
    spawn("a/b", {}, true);
    ASSERT_EQ(agents["a/b"].family.children.size(), 1u) << "the one that has ended is not of this life";
    EXPECT_EQ(agents["a/b"].family.children.front().slug, "c");
    EXPECT_EQ(agents["a/b"].spent.children, 0) << "it has spawned nobody";
    for (const char* slug : {"a/b", "a"}) {
        apply(slug, command::Stop{});
        end_session(slug);
    }
    apply("a", command::Kill{});
    listen();
    EXPECT_EQ(agents["a/b/c"].phase, Phase::destroying) << "through two that have ended";
}

TEST_F(ChildrenTest, WhatIsSpentBelowWhileALifeGivesWayToACleanOneCounts) {
    for (const char* slug : {"a", "a/b", "a/b/c"}) spawn(slug);
    cost("a/b/c", 1);
    apply("a/b", command::Stop{});
    end_session("a/b");
    cost("a/b/c", 2);
    report("a/b/c", "turnEnded", {{"turn", 1}, {"success", true}, {"stopReason", "end_turn"}, {"response", "done"}});
    const std::deque<Tell> under_way = std::exchange(told, {});
    ASSERT_FALSE(under_way.empty());
    spawn("a/b", {}, true);
    told = under_way;
    listen();
    EXPECT_DOUBLE_EQ(agents["a"].family.spent.cost_usd, 3);
    EXPECT_DOUBLE_EQ(agents["a/b"].family.spent.cost_usd, 3) << "nobody had told of it before";
}

TEST_F(ChildrenTest, WhatAChildHasSpentDoesNotFallWithTheClock) {
    for (const char* slug : {"a", "a/b"}) spawn(slug);
    now += std::chrono::minutes(10);
    end_turn("a/b");
    const std::int64_t spent = agents["a"].family.spent.time_ms;
    EXPECT_GE(spent, 600'000);
    command::ChildChanged changed{agents["a"].family.children.front(), ""};
    changed.child.generation += 1;
    changed.child.spent.time_ms -= 5000;
    apply("a", changed);
    EXPECT_EQ(agents["a"].family.spent.time_ms, spent);
    changed.child.generation += 1;
    changed.child.spent.time_ms += 6000;
    apply("a", changed);
    EXPECT_EQ(agents["a"].family.spent.time_ms, spent + 1000);
}

TEST_F(ChildrenTest, WhatALifeHasSpentLastCountsAlthoughTheNextOneHasToldAlready) {
    for (const char* slug : {"a", "a/b"}) spawn(slug);
    cost("a/b", 1);
    apply("a/b", command::Kill{});
    cost("a/b", 2);
    report("a/b", "sessionEnded", {{"outcome", "completed"}, {"saved", true}});
    apply("a/b", command::MachineDestroyed{1});
    const std::deque<Tell> late = std::exchange(told, {});
    ASSERT_FALSE(late.empty());
    spawn("a/b", {}, true);
    cost("a/b", 4);
    end_turn("a/b");
    EXPECT_DOUBLE_EQ(agents["a"].family.spent.cost_usd, 4);
    for (int times = 0; times < 2; ++times) {
        told = late;
        listen();
        EXPECT_DOUBLE_EQ(agents["a"].family.spent.cost_usd, 7);
        EXPECT_EQ(agents["a"].family.children.front().phase, Phase::task_complete);
    }
}

TEST_F(ChildrenTest, AParentIsNotToldOfTheKillThatItAskedFor) {
    spawn("a");
    spawn("a/b");
    apply("a/b", command::Kill{false, id_of("a").workflow_id()});
    listen();
    EXPECT_TRUE(agents["a"].family.children[0].dismissed);
    end_session("a/b");
    listen();
    EXPECT_EQ(agents["a"].family.children[0].phase, Phase::killed);
    EXPECT_EQ(lifecycle_of("a").back(), "b: killed");
    EXPECT_TRUE(messages_of("a").empty());
}

TEST_F(ChildrenTest, ATreeIsNeitherDeepNorWideWithoutEnd) {
    policy.depth_max = 2;
    policy.children_max = 2;
    spawn("a");
    spawn("a/b");
    const Error too_deep = refusal("a/b", command::AdoptChild{id_of("a/b/c")});
    EXPECT_EQ(too_deep.code(), Errc::resource_exhausted);
    EXPECT_NE(too_deep.hint().find("max_depth"), std::string::npos);
    spawn("a/d");
    const Error too_wide = refusal("a", command::AdoptChild{id_of("a/e")});
    EXPECT_EQ(too_wide.code(), Errc::resource_exhausted);
    EXPECT_NE(too_wide.hint().find("max_children"), std::string::npos);
    apply("a/b", command::Stop{});
    end_session("a/b");
    apply("a", command::AdoptChild{id_of("a/e")});
    EXPECT_EQ(agents["a"].family.children.size(), 3u);
}

TEST_F(ChildrenTest, ASpawnThatIsAskedForAgainAdoptsOnce) {
    spawn("a");
    const command::AdoptChild adopt{id_of("a/b"), "request-1"};
    apply("a", adopt);
    apply("a", command::ChildChanged{
                   {.slug = "b", .workflow_id = id_of("a/b").workflow_id(), .phase = Phase::completed, .generation = 5},
                   ""});
    apply("a", adopt);
    EXPECT_EQ(agents["a"].family.children.at(0).phase, Phase::completed);
    EXPECT_EQ(agents["a"].spent.children, 1);
}

TEST_F(ChildrenTest, ASpawnIsNotCountedAgainAlthoughTheParentHadNotHeardOfTheEndBeforeIt) {
    spawn("a");
    const command::AdoptChild first{id_of("a/b"), "request-1"}, anew{id_of("a/b"), "request-2"};
    apply("a", first);
    apply("a", anew);  // the child has ended meanwhile, and its parent does not know yet
    apply("a", command::ChildChanged{
                   {.slug = "b", .workflow_id = id_of("a/b").workflow_id(), .phase = Phase::completed, .generation = 9},
                   ""});
    apply("a", anew);  // the caller has not got the answer
    EXPECT_EQ(agents["a"].family.children.at(0).phase, Phase::completed);
}

TEST_F(ChildrenTest, OneThatEndsTakesNoChildren) {
    spawn("a");
    apply("a", command::Stop{});
    EXPECT_EQ(refusal("a", command::AdoptChild{id_of("a/b")}).code(), Errc::failed_precondition);
}

TEST_F(ChildrenTest, AParentThatHasEndedStillKeepsTheAccounts) {
    spawn("a");
    spawn("a/b");
    apply("a", command::Stop{});
    end_session("a");
    EXPECT_EQ(agents["a"].phase, Phase::completed);
    cost("a/b", 2);
    end_turn("a/b");
    EXPECT_DOUBLE_EQ(agents["a"].family.spent.cost_usd, 2);
    EXPECT_EQ(agents["a"].family.children[0].phase, Phase::task_complete);
    EXPECT_TRUE(messages_of("a").empty());
}

}
}
