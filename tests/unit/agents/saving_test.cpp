// What is saved of a turn, and what is said when it cannot be.

#include "lifecycle_world.hpp"

namespace murmur {
namespace {

TEST(Saving, WhyATurnCouldNotBeSavedIsSaidUntilItIs) {
    LifecycleWorld world;
    world.run();
    for (int i = 0; i < 3; ++i) world.report("saveFailed", {{"message", "no space"}, {"hint", "Make room."}});
    world.end_turn();
    world.report("pushed", {{"cloneUrl", "/srv/web.git"}, {"branch", "b"}, {"sha", "abc"}});
    EXPECT_EQ(world.agent.phase, Phase::task_complete);
    EXPECT_EQ(world.agent.reason, "the work cannot be saved: no space");
    EXPECT_EQ(world.agent.hint, "Make room.");
    const auto is_told = [](const AgentEvent& event) { return event.text.find("no space") != std::string::npos; };
    EXPECT_EQ(std::count_if(world.events.begin(), world.events.end(), is_told), 1) << "the same again is no news";
    world.save();
    EXPECT_EQ(world.agent.reason, "");
    EXPECT_EQ(world.agent.phase, Phase::task_complete);
}

TEST(Saving, ASnapshotIsRecordedWithTheDecision) {
    LifecycleWorld world;
    world.run();
    const std::int64_t before = world.agent.generation;
    world.save();  // before the end of the turn is told
    EXPECT_GT(world.agent.generation, before);
    ASSERT_TRUE(world.agent.snapshot);
    EXPECT_EQ(world.agent.snapshot->turn, 1);
    EXPECT_EQ(world.agent.snapshot->id.size(), 64u);
}

TEST(Saving, ATurnThatWasSavedButNotToldAsEndedIsNotGivenAgain) {
    LifecycleWorld world;
    world.run();
    world.save();
    world.lose_runner();
    world.apply(command::MachineFailed{world.agent.incarnation, "restart", Error(Errc::not_found, "no such disk")});
    EXPECT_EQ(world.last(EffectKind::send_command).body.at("assignment").at("restore"), true);
    world.restart();
    ASSERT_FALSE(world.delivered_texts().empty());
    const std::string told = world.delivered_texts().back();
    EXPECT_NE(told.find("lost at the end of your last turn"), std::string::npos);
    EXPECT_EQ(told.find("That turn was about this"), std::string::npos);
}

}
}
