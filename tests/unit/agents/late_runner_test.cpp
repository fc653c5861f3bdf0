#include "lifecycle_world.hpp"

namespace murmur {
namespace {

TEST(LateRunner, ARunnerThatComesWhenItsMachineIsBeingRemovedIsTurnedAway) {
    LifecycleWorld world;
    world.spawn();
    world.start_machine();
    world.apply(command::Stop{});
    ASSERT_EQ(world.agent.machine->phase, MachinePhase::destroying);
    EXPECT_EQ(world.refusal(command::RunnerAttached{1, "m-1", {"r-1", 42, ""}}), Errc::aborted);
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::completed);
}

TEST(LateRunner, OneThatComesBeforeTheAnswerToAStartThatIsNoLongerWantedDoesNotKeepTheAgent) {
    LifecycleWorld world;
    world.spawn();
    world.apply(command::Stop{});
    EXPECT_EQ(world.refusal(command::RunnerAttached{1, "m-1", {"r-1", 42, ""}}), Errc::aborted);
    world.start_machine();
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::completed);
}

TEST(LateRunner, OneThatNeverHasItsSessionReadyIsReplaced) {
    LifecycleWorld world;
    world.spawn();
    world.start_machine();
    world.attach();
    const Effect timer = world.last(EffectKind::timer);
    EXPECT_EQ(timer.body.at("what"), "prepare");
    EXPECT_EQ(timer.not_before, world.now + world.policy.prepare_deadline);
    const command::TimerFired ring{1, "prepare", 1};
    world.apply(ring);
    EXPECT_EQ(world.agent.incarnation, 2);
    EXPECT_EQ(world.agent.machine->phase, MachinePhase::restarting);
    EXPECT_TRUE(world.has_event("runner", "its session was not ready within 1h"));
    world.apply(ring);
    EXPECT_EQ(world.agent.incarnation, 2) << "that was the last one's time";
    world.restart();
    world.start_turn();
    EXPECT_EQ(world.agent.phase, Phase::running);
    world.apply(command::TimerFired{2, "prepare", 2});
    EXPECT_EQ(world.agent.phase, Phase::running) << "it is ready";
}

TEST(LateRunner, ADeadlineThatPassesBeforeTheAnswerToTheStartIsSetAgain) {
    LifecycleWorld world;
    world.spawn();
    world.attach();
    world.apply(command::TimerFired{1, "prepare", 1});
    EXPECT_EQ(world.agent.incarnation, 1) << "the answer to its start decides";
    world.start_machine();
    EXPECT_EQ(world.last(EffectKind::timer).body.at("what"), "prepare");
    world.apply(command::TimerFired{1, "prepare", 1});
    EXPECT_EQ(world.agent.incarnation, 2);
}

TEST(LateRunner, ARescueTellsWhatTheLostRunnerHadHandedOver) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.apply(command::AddFollowUp{"f-2", "second"});
    ASSERT_EQ(world.agent.sent.size(), 1u);
    world.lose_runner();
    world.apply(command::Stop{});
    ASSERT_EQ(world.agent.queue.size(), 1u);
    world.start_machine();
    world.attach();
    world.report("sessionEnded",
                 {{"outcome", "completed"}, {"saved", true}, {"delivered", json::array{json::string("f-2")}}});
    EXPECT_TRUE(world.agent.queue.empty()) << "a resurrected session would get it a second time";
}

TEST(LateRunner, WhatATurnHasTakenInIsNotSentAgain) {
    LifecycleWorld world;
    world.run();
    world.apply(command::SendMessage{"f-2", "second"});
    ASSERT_EQ(world.agent.sent.size(), 1u);
    world.report("messagesTaken", {{"turn", 1}, {"messageIds", json::array{json::string("f-2")}}});
    EXPECT_TRUE(world.agent.sent.empty());
    world.end_turn();
    EXPECT_EQ(world.agent.phase, Phase::task_complete);
}

}
}
