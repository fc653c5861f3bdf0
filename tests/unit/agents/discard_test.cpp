#include "lifecycle_world.hpp"

namespace murmur {
namespace {

TEST(Discard, SavesNothing) {
    LifecycleWorld world;
    world.run();
    world.apply(command::Kill{.discard = true});
    EXPECT_TRUE(world.last(EffectKind::send_command).body.at("stop").at("discard").as_bool()) << "else it would save";
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 0u);
    world.report("snapshot", {{"backend", "command"},
                              {"sessionId", "s-1"},
                              {"turn", 1},
                              {"files", json::array{}},
                              {"repos", json::array{}},
                              {"machineId", "m-1"}});
    EXPECT_FALSE(world.agent.snapshot) << "it was on its way already";
    world.end_session(false);
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u);
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::killed);
    EXPECT_FALSE(world.has_event("error", ""));
}

TEST(Discard, WaitsForNoRunnerThatDoesNotAnswer) {
    LifecycleWorld world;
    world.run();
    world.apply(command::Kill{.discard = true});
    world.apply(command::TimerFired{1, "stop", world.agent.recovery.deadlines});
    EXPECT_EQ(world.agent.incarnation, 1) << "nothing is to be saved, so nobody comes to the rescue";
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u);
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::killed);
}

TEST(Discard, OfAMachineThatCannotBeToldRemovesItAtOnce) {
    LifecycleWorld world;
    world.spawn();
    world.start_machine();
    world.apply(command::Kill{.discard = true});
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u);
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::killed);
}

}
}
