// What an agent's row holds does not grow for ever.

#include "agents/spending.hpp"
#include "lifecycle_world.hpp"
#include "tree_world.hpp"

namespace murmur {
namespace {

TEST(Bounds, MessagesThatAreSentIntoATurnFillTheQueueToo) {
    LifecycleWorld world;
    world.run();
    for (int i = 0; i < 600; ++i) world.apply(command::SendMessage{"s-" + std::to_string(i), "now"});
    for (int i = 0; i < 400; ++i) world.apply(command::AddFollowUp{"q-" + std::to_string(i), "later"});
    EXPECT_EQ(world.refusal(command::SendMessage{"s-x", "now"}), Errc::resource_exhausted);
    EXPECT_EQ(world.refusal(command::AddFollowUp{"q-x", "later"}), Errc::resource_exhausted);
    world.report("messagesTaken", {{"turn", 1}, {"messageIds", json::array{"s-0"}}});
    world.apply(command::SendMessage{"s-x", "now"});
    EXPECT_EQ(world.agent.sent.size(), 600u);
}

TEST(Bounds, ATurnKnowsWhatItWasToldLast) {
    LifecycleWorld world;
    world.run();
    for (int i = 0; i < 250; ++i) {
        const std::string id = "s-" + std::to_string(i);
        world.apply(command::SendMessage{id, "now"});
        world.report("messagesTaken", {{"turn", 1}, {"messageIds", json::array{json::string(id)}}});
    }
    ASSERT_EQ(world.agent.recovery.turn_work.size(), 100u);
    EXPECT_EQ(world.agent.recovery.turn_work.back().id, "s-249");
}

TEST(Bounds, LinksThatLookLikePullRequestsMakeRoomForEachOther) {
    LifecycleWorld world;
    world.run();
    const auto link = [](int i) { return "https://x/pull/" + std::to_string(i); };
    for (int i = 0; i < 200; ++i) world.report("sessionEvent", {{"kind", "PR_LINK"}, {"text", link(i)}});
    world.apply(command::ReportPullRequest{link(7), "", PullRequestState::merged, {}});
    world.apply(command::ReportPullRequest{link(200), "Fix", PullRequestState::open, ChecksState::pending});
    ASSERT_EQ(world.agent.pull_requests.size(), 200u);
    EXPECT_EQ(world.agent.pull_requests.front().url, link(0)) << "the one that is merged is of no use any more";
    EXPECT_EQ(world.agent.pull_requests.back().title, "Fix");
    world.report("sessionEvent", {{"kind", "PR_LINK"}, {"text", link(201)}});
    ASSERT_EQ(world.agent.pull_requests.size(), 200u);
    EXPECT_EQ(world.agent.pull_requests.front().url, link(1));
}

TEST(Bounds, WhatARunnerSaysOfItsTroublesIsCut) {
    LifecycleWorld world;
    world.run();
    const std::string much(1 << 20, 'x');
    for (const char* kind : {"pushFailed", "saveFailed"}) {
        world.report(kind, {{"message", much}, {"hint", much}});
        EXPECT_LT(world.agent.reason.size(), 5000u) << kind;
        EXPECT_LT(world.agent.hint.size(), 5000u) << kind;
    }
    world.report("sessionEnded", {{"outcome", "failed"}, {"error", json::object{{"message", much}}}, {"saved", true}});
    world.destroy_machine();
    EXPECT_LT(world.agent.reason.size(), 5000u);
}

TEST(Bounds, ChildrenThatHaveEndedAreForgottenTheOldestFirst) {
    TreeWorld world;
    world.spawn("a");
    const auto live = [&](int i) {
        const std::string slug = "a/c-" + std::to_string(i);
        world.spawn(slug);
        world.cost(slug, 1);
        world.apply(slug, command::Kill{});
        world.end_session(slug);
    };
    for (int i = 0; i < 503; ++i) live(i);
    const auto& children = world.agents["a"].family.children;
    EXPECT_EQ(children.size(), 500u);
    EXPECT_EQ(children.front().slug, "c-3");
    EXPECT_DOUBLE_EQ(world.agents["a"].family.spent.cost_usd, 503);

    // One that is gone on with after that has spent nothing new.
    command::Spawn again;
    again.id = TreeWorld::id_of("a/c-0");
    again.resurrect = true;
    again.machine_id = "m-again";
    world.adopt("a/c-0");
    world.apply("a/c-0", again);
    world.listen();
    EXPECT_DOUBLE_EQ(world.agents["a"].family.spent.cost_usd, 503);
    EXPECT_DOUBLE_EQ(spending_of_ancestor(world.agents["a/c-0"], world.around("a/c-0"), 0, world.now).cost_usd, 503);
    world.apply("a/c-0", command::MachineStarted{2, {"m-again", {}}});
    world.apply("a/c-0", command::RunnerAttached{2, "m-again", {"r-again", 42, "0.1.0"}});
    world.cost("a/c-0", 2);
    world.apply("a/c-0", command::Kill{});
    world.end_session("a/c-0");
    EXPECT_DOUBLE_EQ(world.agents["a"].family.spent.cost_usd, 505);
}

}
}
