// Runners and machines that are lost, and work that is saved before a machine goes.

#include "lifecycle_world.hpp"

namespace murmur {
namespace {

/// The body of the newest assignment.
json::object assignment(const LifecycleWorld& world) {
    for (auto effect = world.effects.rbegin(); effect != world.effects.rend(); ++effect)
        if (const json::value* found = effect->body.if_contains("assignment")) return found->as_object();
    return {};
}

std::string last_delivered(const LifecycleWorld& world) {
    const std::vector<std::string> texts = world.delivered_texts();
    return texts.empty() ? "" : texts.back();
}

void fail_restart(LifecycleWorld& world, Errc code) {
    world.apply(command::MachineFailed{world.agent.incarnation, "restart", Error(code, "no such disk")});
}

TEST(Recovery, ALostRunnerIsStartedAgainWhereItWas) {
    LifecycleWorld world;
    world.run();
    world.lose_runner();
    EXPECT_EQ(world.agent.phase, Phase::starting);
    EXPECT_EQ(world.agent.incarnation, 2);
    EXPECT_EQ(world.agent.recovery.losses, 1);
    EXPECT_EQ(world.count(EffectKind::restart_machine), 1u);
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 0u);
    EXPECT_EQ(assignment(world).at("messageId"), "") << "the prompt was handed over";
    EXPECT_EQ(world.last(EffectKind::send_command).sequence, 1) << "each incarnation counts anew";
    EXPECT_NE(world.agent.reason.find("no sign of life for 10 s"), std::string::npos);
    world.restart();
    EXPECT_EQ(world.agent.phase, Phase::starting) << "until the turn begins";
    EXPECT_NE(last_delivered(world).find("go on where you left off"), std::string::npos);
    EXPECT_EQ(last_delivered(world).find("fix it"), std::string::npos) << "the session knows what it was told";
    EXPECT_EQ(world.agent.reason, "");
    EXPECT_EQ(world.agent.machine->id, "m-1");
}

TEST(Recovery, ATurnThatEndsWellMakesUpForTheLossesBeforeIt) {
    LifecycleWorld world;
    world.run();
    for (int i = 0; i < 10; ++i) {
        world.lose_runner();
        world.restart();
        world.start_turn(world.agent.sent.front().id);
        world.end_turn();
        world.apply(command::AddFollowUp{"f-" + std::to_string(i + 10), "more"});
        world.start_turn("f-" + std::to_string(i + 10));
    }
    EXPECT_EQ(world.agent.phase, Phase::running);
    EXPECT_EQ(world.agent.turns, 21) << "of all incarnations together";
    EXPECT_EQ(world.agent.spent.turns, 21);
}

TEST(Recovery, TooManyLossesInARowFailTheAgentAfterItsWorkIsSaved) {
    LifecycleWorld world;
    world.run();
    for (int i = 0; i < 3; ++i) {
        world.lose_runner();
        EXPECT_EQ(world.agent.phase, Phase::starting);
        world.restart();
    }
    world.lose_runner();
    EXPECT_EQ(world.agent.phase, Phase::destroying);
    EXPECT_TRUE(world.agent.recovery.is_rescue);
    EXPECT_EQ(assignment(world).at("rescue"), true);
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 0u);
    world.start_machine();
    world.attach();
    world.end_session();
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::failed);
    EXPECT_NE(world.agent.reason.find("the runner was lost 4 times"), std::string::npos);
}

TEST(Recovery, ARunnerThatNeverRegistersIsALossAndHoldsNoWork) {
    LifecycleWorld world;
    world.spawn();
    for (int i = 0; i < 4; ++i) {
        world.start_machine();
        world.apply(command::TimerFired{world.agent.incarnation, "start", world.agent.incarnation});
    }
    EXPECT_EQ(world.count(EffectKind::restart_machine), 3u);
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u) << "nobody has worked there";
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::failed);
}

TEST(Recovery, WhatTheLastRunnerHadHandedOverIsNotHandedOverAgain) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.apply(command::AddFollowUp{"f-2", "second"});
    world.apply(command::SendMessage{"f-3", "third"});
    ASSERT_EQ(world.agent.sent.size(), 2u);
    world.apply(command::AddFollowUp{"f-4", "fourth"});
    world.lose_runner();
    ASSERT_EQ(world.agent.queue.size(), 3u) << "what was sent waits again, before what waited";
    EXPECT_EQ(world.agent.queue.front().id, "f-2");
    world.restart({json::string("f-1"), json::string("f-2")});
    EXPECT_NE(last_delivered(world).find("go on where you left off"), std::string::npos)
        << "the turn with it was cut off, although nobody has told of it";
    const std::string host_message = world.agent.sent.front().id;
    world.start_turn(host_message);
    world.end_turn();
    const std::vector<std::string> texts = world.delivered_texts();
    EXPECT_EQ(std::count(texts.begin(), texts.end(), "second"), 1);
    EXPECT_EQ(std::count(texts.begin(), texts.end(), "third"), 2) << "the first time it never arrived";
    EXPECT_EQ(std::count(texts.begin(), texts.end(), "fourth"), 1);
}

TEST(Recovery, ASessionThatCannotBeResumedGoesOnWithItsQueueOrSaysWhatWasCutOff) {
    LifecycleWorld world;
    world.run();
    world.lose_runner();
    world.restart({}, false);
    EXPECT_EQ(world.agent.phase, Phase::idle);
    EXPECT_EQ(world.agent.reason, "turn 1 was cut off");
    EXPECT_TRUE(world.has_event("turn", "turn 1 was cut off"));
    EXPECT_TRUE(world.delivered_texts().empty());

    LifecycleWorld other;
    other.run();
    other.apply(command::AddFollowUp{"f-2", "second"});
    other.lose_runner();
    other.restart({}, false);
    EXPECT_EQ(last_delivered(other), "second");

    LifecycleWorld terminating;
    terminating.run(OnIdle::terminate);
    terminating.lose_runner();
    terminating.restart({}, false);
    terminating.end_session();
    terminating.destroy_machine();
    EXPECT_EQ(terminating.agent.phase, Phase::failed) << "its task is not done";
}

TEST(Recovery, WithoutATurnARestartedAgentRests) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.lose_runner();
    world.restart();
    EXPECT_EQ(world.agent.phase, Phase::idle);
    EXPECT_TRUE(world.delivered_texts().empty());
}

TEST(Recovery, AMachineThatIsGoneIsReplacedByAFreshOneFromTheSnapshot) {
    for (const Errc code : {Errc::not_found, Errc::unimplemented}) {
        LifecycleWorld world;
        world.run();
        world.end_turn();
        world.save();
        world.apply(command::AddFollowUp{"f-2", "second"});
        world.start_turn("f-2");
        world.lose_runner();
        fail_restart(world, code);
        EXPECT_EQ(world.agent.incarnation, 3);
        EXPECT_EQ(world.agent.machine->id, "m-1-3");
        EXPECT_EQ(world.count(EffectKind::start_machine), 2u);
        EXPECT_EQ(world.last(EffectKind::destroy_machine).body.at("id"), "m-1");
        EXPECT_EQ(world.last(EffectKind::destroy_machine).body.at("handle").at("pid"), 42);
        EXPECT_EQ(assignment(world).at("restore"), true);
        world.apply(command::MachineDestroyed{3, "m-1"});
        EXPECT_EQ(world.agent.phase, Phase::starting) << "that was the old one";
        world.restart();
        EXPECT_NE(last_delivered(world).find("That turn was about this:\nsecond"), std::string::npos)
            << "the session is from before that turn: it has never heard of it";
        world.lose_runner();
        fail_restart(world, code);
        EXPECT_EQ(world.agent.machine->id, "m-1-5") << "named after the first one, not after the last";
    }
}

TEST(Recovery, ARestartThatMayWorkLaterIsTriedAgainOnTheSameMachine) {
    LifecycleWorld world;
    world.run();
    world.lose_runner();
    fail_restart(world, Errc::unavailable);
    EXPECT_EQ(world.agent.machine->id, "m-1");
    EXPECT_EQ(world.count(EffectKind::restart_machine), 2u);
    EXPECT_EQ(world.agent.recovery.losses, 2);
}

TEST(Recovery, KillSavesBeforeTheMachineGoes) {
    LifecycleWorld world;
    world.run();
    world.apply(command::Kill{});
    EXPECT_EQ(world.agent.phase, Phase::destroying);
    EXPECT_EQ(world.last(EffectKind::send_command).body.at("stop").at("hurry"), true);
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 0u);
    world.end_session();
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u);
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::killed);
}

TEST(Recovery, KillOfASleepingAgentWakesItToSave) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.apply(command::Sleep{});
    world.apply(command::MachineSuspended{1});
    world.apply(command::Kill{});
    EXPECT_EQ(world.count(EffectKind::resume_machine), 1u);
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 0u);
    world.apply(command::MachineResumed{1});
    EXPECT_EQ(world.last(EffectKind::send_command).body.at("stop").at("hurry"), true);
}

TEST(Recovery, ASleepingMachineThatIsGoneIsRestoredWhenSomeoneAsksForIt) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.save();
    world.apply(command::Sleep{});
    world.apply(command::MachineSuspended{1});
    world.apply(command::MachineInspected{1, {MachineState::gone, ""}});
    EXPECT_EQ(world.agent.phase, Phase::sleeping);
    world.apply(command::AddFollowUp{"f-2", "second"});
    world.apply(command::MachineFailed{1, "resume", Error(Errc::not_found, "gone")});
    fail_restart(world, Errc::not_found);
    world.restart();
    EXPECT_EQ(last_delivered(world), "second");
    EXPECT_EQ(world.agent.sent.size(), 1u);
}

TEST(Recovery, StopOfAnAgentWhoseRunnerIsGoneStartsOneThatOnlySaves) {
    LifecycleWorld world;
    world.run();
    world.lose_runner();
    world.apply(command::Stop{});
    EXPECT_TRUE(world.agent.recovery.is_rescue);
    EXPECT_EQ(world.agent.incarnation, 3);
    world.start_machine();
    world.attach();
    world.save();
    EXPECT_EQ(world.agent.snapshot->turn, 1);
    world.end_session();
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::completed);
    EXPECT_EQ(world.agent.reason, "stopped");
}

TEST(Recovery, AMachineWhoseWorkCannotBeSavedIsKeptUntilSomeoneDiscardsIt) {
    LifecycleWorld world;
    world.run();
    world.apply(command::Kill{});
    for (int i = 0; i < 2; ++i) {
        world.apply(command::TimerFired{world.agent.incarnation, "stop", world.agent.recovery.deadlines});
        EXPECT_EQ(world.agent.recovery.rescues, i + 1);
        world.start_machine();
        world.attach();
    }
    world.end_session(false);
    EXPECT_EQ(world.agent.phase, Phase::killed);
    EXPECT_EQ(world.agent.machine->phase, MachinePhase::kept);
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 0u);
    EXPECT_NE(world.agent.reason.find("is kept"), std::string::npos);
    EXPECT_NE(world.agent.hint.find("murmur kill --discard fix-typo"), std::string::npos);

    EXPECT_EQ(world.refusal(command::Kill{}), Errc::failed_precondition);
    command::Spawn anew = LifecycleWorld::spawn_command();
    anew.force_new = true;
    EXPECT_EQ(world.refusal(anew), Errc::failed_precondition) << "its machine would be forgotten";
    LifecycleWorld resurrected = world;
    world.apply(command::Kill{.discard = true});
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u);
    world.destroy_machine();
    EXPECT_EQ(world.agent.machine->phase, MachinePhase::gone);
    EXPECT_EQ(world.agent.phase, Phase::killed);

    command::Spawn again = LifecycleWorld::spawn_command("go on");
    again.resurrect = true;
    again.machine_id = "m-9";
    resurrected.apply(again);
    EXPECT_EQ(resurrected.agent.machine->id, "m-1") << "what it could not save is there";
    EXPECT_EQ(resurrected.last(EffectKind::restart_machine).incarnation, resurrected.agent.incarnation);
}

TEST(Recovery, ARunnerThatTriesToSaveIsGivenTheTime) {
    LifecycleWorld world;
    world.run();
    world.apply(command::Kill{});
    for (int i = 0; i < 20; ++i) {
        world.report("saveFailed", {{"message", "disk full"}, {"hint", "Free some."}});
        world.apply(command::TimerFired{1, "stop", world.agent.recovery.deadlines});
    }
    EXPECT_EQ(world.agent.incarnation, 1);
    EXPECT_EQ(world.agent.reason, "the work cannot be saved: disk full");
    world.report("saveFailed", {{"message", "disk full"}});
    world.save();
    EXPECT_EQ(world.agent.reason, "");
    world.end_session();
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u);
}

TEST(Recovery, ARescuedMachineThatIsGoneEndsTheAgent) {
    LifecycleWorld world;
    world.run();
    world.lose_runner();
    world.apply(command::Stop{});
    fail_restart(world, Errc::not_found);
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u) << "what is left of it";
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::completed);
    EXPECT_TRUE(world.has_event("error", "is lost with it"));
}

TEST(Recovery, AResurrectedAgentGoesOnWithWhatItHad) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.save();
    world.apply(command::AddFollowUp{"f-2", "second"});  // sent, and no turn takes it in
    world.apply(command::AddFollowUp{"f-3", "third"});
    world.kill();
    ASSERT_EQ(world.agent.queue.size(), 2u);
    command::Spawn again = LifecycleWorld::spawn_command("go on");
    again.resurrect = true;
    again.machine_id = "m-2";
    again.message_id = "f-4";
    again.session_id = "s-2";
    world.apply(again);
    EXPECT_EQ(world.agent.incarnation, 2);
    EXPECT_EQ(world.agent.session_id, "s-1");
    EXPECT_EQ(world.agent.turns, 1);
    EXPECT_EQ(world.agent.spec.restore, world.agent.snapshot->id);
    EXPECT_EQ(assignment(world).at("restore"), true);
    EXPECT_EQ(assignment(world).at("messageId"), "");
    world.restart();
    EXPECT_EQ(world.delivered_texts(), (std::vector<std::string>{"second", "second", "third", "go on"}));

    LifecycleWorld nobody;
    EXPECT_EQ(nobody.refusal(again), Errc::not_found);
}

TEST(Recovery, AwakeTimeIsCountedWhileTheMachineRuns) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.now += std::chrono::hours(1);
    world.apply(command::Sleep{});
    world.apply(command::MachineSuspended{1});
    const std::int64_t awake = world.agent.machine->awake_ms;
    EXPECT_GE(awake, 3'600'000);
    world.now += std::chrono::hours(5);
    world.apply(command::Wake{});
    world.apply(command::MachineResumed{1});
    world.now += std::chrono::hours(1);
    world.kill();
    EXPECT_GE(world.agent.machine->awake_ms, awake + 3'600'000);
    EXPECT_LT(world.agent.machine->awake_ms, awake + 2 * 3'600'000);
}

}
}
