#include "lifecycle_world.hpp"

namespace murmur {
namespace {

TEST(Lifecycle, SpawnAsksForOneMachineAndPutsTheAssignmentIntoTheOutbox) {
    LifecycleWorld world;
    world.spawn();
    EXPECT_EQ(world.agent.phase, Phase::starting);
    EXPECT_EQ(world.agent.incarnation, 1);
    EXPECT_EQ(world.count(EffectKind::start_machine), 1u);
    EXPECT_EQ(world.last(EffectKind::send_command).sequence, 1);
    EXPECT_TRUE(world.last(EffectKind::send_command).body.contains("assignment"));
}

TEST(Lifecycle, RunsATurnAndThenWaitsForMore) {
    LifecycleWorld world;
    world.run();
    EXPECT_EQ(world.agent.phase, Phase::running);
    world.report("sessionEvent", {{"kind", "ASSISTANT_TEXT"}, {"text", "looking\nat it"}});
    EXPECT_EQ(progress_line(world.agent), "[text] looking");
    world.end_turn();
    EXPECT_EQ(world.agent.phase, Phase::task_complete);
    EXPECT_EQ(world.agent.response, "done");
    EXPECT_EQ(world.last(EffectKind::timer).body.at("what"), "idle");
    EXPECT_EQ(world.lines.back().kind, "ASSISTANT_TEXT");
}

TEST(Lifecycle, AFailedTurnEndsTheAgentAsFailedWithItsExitCode) {
    LifecycleWorld world;
    world.run();
    world.end_turn(false, 3);
    EXPECT_EQ(world.agent.phase, Phase::destroying);
    EXPECT_TRUE(world.last(EffectKind::send_command).body.contains("stop"));
    world.report("sessionEnded", {{"outcome", "completed"}, {"saved", true}});
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u);
    world.apply(command::MachineDestroyed{1});
    EXPECT_EQ(world.agent.phase, Phase::failed);
    EXPECT_NE(world.agent.reason.find("exit 3"), std::string::npos);
    EXPECT_EQ(world.agent.last_exit->code, 3);
}

TEST(Lifecycle, OnIdleTerminateCompletesAfterTheTurn) {
    LifecycleWorld world;
    world.run(OnIdle::terminate);
    world.end_turn();
    EXPECT_EQ(world.agent.phase, Phase::destroying);
    world.report("sessionEnded", {{"outcome", "completed"}, {"saved", true}});
    world.apply(command::MachineDestroyed{1});
    EXPECT_EQ(world.agent.phase, Phase::completed);
}

TEST(Lifecycle, FollowUpsAreDeliveredBetweenTurnsInOrderAndOnce) {
    LifecycleWorld world;
    world.run();
    world.apply(command::AddFollowUp{"f-2", "second"});
    world.apply(command::AddFollowUp{"f-3", "third"});
    EXPECT_TRUE(world.delivered_texts().empty());
    world.end_turn();
    EXPECT_EQ(world.delivered_texts(), (std::vector<std::string>{"second", "third"}));
    EXPECT_EQ(world.agent.phase, Phase::running);
    world.apply(command::AddFollowUp{"f-4", "fourth"});
    EXPECT_EQ(world.delivered_texts().size(), 2u);
}

TEST(Lifecycle, TheDequeueStrategySaysHowManyFollowUpsATurnBeginsWith) {
    LifecycleWorld world;
    world.run();
    world.apply(command::SetDequeueStrategy{DequeueStrategy::one});
    for (int i = 2; i < 5; ++i) world.apply(command::AddFollowUp{"f-" + std::to_string(i), std::to_string(i)});
    world.end_turn();
    EXPECT_EQ(world.delivered_texts(), (std::vector<std::string>{"2"}));
    world.start_turn("f-2");
    world.end_turn();
    EXPECT_EQ(world.delivered_texts(), (std::vector<std::string>{"2", "3"}));
}

TEST(Lifecycle, AMessageSentWhileATurnRunsKeepsTheAgentBusyUntilATurnTakesIt) {
    LifecycleWorld world;
    world.run(OnIdle::terminate);
    world.apply(command::SendMessage{"f-2", "also"});
    EXPECT_EQ(world.delivered_texts(), (std::vector<std::string>{"also"}));
    world.end_turn();
    EXPECT_EQ(world.agent.phase, Phase::running) << "the message has not been taken in yet";
    world.start_turn("f-2");
    world.end_turn();
    EXPECT_EQ(world.agent.phase, Phase::destroying);
}

TEST(Lifecycle, AReportThatComesTwiceCountsOnce) {
    LifecycleWorld world;
    world.run();
    const json::object text{{"seq", ++world.reports},
                            {"sessionEvent", json::object{{"kind", "ASSISTANT_TEXT"}, {"text", "x"}}}};
    world.apply(command::RunnerReport{1, "r-1", text});
    const std::int64_t generation = world.agent.generation;
    const std::size_t lines = world.lines.size();
    world.apply(command::RunnerReport{1, "r-1", text});
    EXPECT_EQ(world.lines.size(), lines);
    EXPECT_EQ(world.agent.generation, generation);
}

TEST(Lifecycle, AGapInTheReportsIsRefusedSoThatTheRunnerSendsThemAgain) {
    LifecycleWorld world;
    world.run();
    EXPECT_EQ(world.refusal(command::RunnerReport{1, "r-1", {{"seq", world.reports + 2}, {"commits", json::object()}}}),
              Errc::data_loss);
}

TEST(Lifecycle, TheOneTimeTokenBelongsToTheFirstRunner) {
    LifecycleWorld world;
    world.spawn();
    world.start_machine();
    world.attach();
    EXPECT_EQ(world.refusal(command::RunnerAttached{1, "m-1", {"r-2", 43, ""}}), Errc::permission_denied);
    EXPECT_EQ(world.refusal(command::RunnerAttached{1, "m-2", {"r-1", 42, ""}}), Errc::permission_denied);
    world.attach();  // the same again, after a lost connection
    EXPECT_EQ(world.agent.runner->id, "r-1");
}

TEST(Lifecycle, NothingOfAnEarlierIncarnationTouchesTheNext) {
    LifecycleWorld world;
    world.run();
    world.kill();
    ASSERT_EQ(world.agent.phase, Phase::killed);
    EXPECT_EQ(world.refusal(LifecycleWorld::spawn_command()), Errc::already_exists);
    command::Spawn again = LifecycleWorld::spawn_command();
    again.force_new = true;
    world.apply(again);
    EXPECT_EQ(world.agent.incarnation, 2);
    EXPECT_EQ(world.refusal(command::RunnerReport{1, "r-1", {{"seq", 1}}}), Errc::aborted);
    EXPECT_EQ(world.refusal(command::RunnerAttached{1, "m-1", {"r-1", 42, ""}}), Errc::aborted);
    EXPECT_EQ(world.refusal(command::MachineDestroyed{1}), Errc::aborted);
    EXPECT_EQ(world.refusal(command::LeaseExpired{1, std::chrono::seconds(10)}), Errc::aborted);
    world.apply(command::TimerFired{1, "start", 1});
    EXPECT_EQ(world.agent.phase, Phase::starting);
    EXPECT_EQ(world.agent.incarnation, 2);
}

TEST(Lifecycle, KillDuringTheStartWaitsForItsAnswerAndThenRemovesTheMachine) {
    LifecycleWorld world;
    world.spawn();
    world.apply(command::Kill{});
    EXPECT_EQ(world.agent.phase, Phase::destroying);
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 0u);
    world.start_machine();
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u);
    world.apply(command::MachineDestroyed{1});
    EXPECT_EQ(world.agent.phase, Phase::killed);
}

TEST(Lifecycle, AMachineThatCannotBeMadeFailsTheAgentWithTheReasonAndTheRemedy) {
    LifecycleWorld world;
    world.spawn();
    world.apply(
        command::MachineFailed{1, "start", Error(Errc::resource_exhausted, "disk full").with_hint("Free some.")});
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u) << "it may have left something behind";
    world.apply(command::MachineDestroyed{1});
    EXPECT_EQ(world.agent.phase, Phase::failed);
    EXPECT_EQ(world.agent.reason, "no machine: disk full");
    EXPECT_EQ(world.agent.hint, "Free some.");
}

TEST(Lifecycle, ASubstrateThatIsNotThereFailsTheAgentAtOnce) {
    LifecycleWorld world;
    world.spawn();
    world.apply(command::MachineFailed{1, "find", Error(Errc::not_found, "substrate \"moon\" not found")});
    EXPECT_EQ(world.agent.phase, Phase::failed);
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 0u);
}

TEST(Lifecycle, AnAssignmentThatCannotBeMadeFailsTheAgentForAllToSee) {
    LifecycleWorld world;
    world.spawn();
    world.apply(command::MachineStarted{1, {}});
    world.apply(command::AssignmentFailed{
        1, Error(Errc::data_loss, "secret \"NPM_TOKEN\" cannot be opened").with_hint("Set it again.")});
    EXPECT_EQ(world.agent.phase, Phase::destroying);
    world.apply(command::MachineDestroyed{1});
    EXPECT_EQ(world.agent.phase, Phase::failed);
    EXPECT_EQ(world.agent.reason, "no assignment: secret \"NPM_TOKEN\" cannot be opened");
    EXPECT_EQ(world.agent.hint, "Set it again.");
}

TEST(Lifecycle, ALostConnectionOnlyMakesTheHostLookAtTheMachine) {
    LifecycleWorld world;
    world.run();
    world.apply(command::RunnerDetached{1, "r-1"});
    EXPECT_EQ(world.count(EffectKind::inspect_machine), 1u);
    world.apply(command::MachineInspected{1, {MachineState::running, "pid 42"}});
    EXPECT_EQ(world.agent.phase, Phase::running);
    world.apply(command::MachineInspected{1, {MachineState::gone, "pid 42 is gone"}});
    EXPECT_EQ(world.agent.phase, Phase::starting);
    EXPECT_EQ(world.count(EffectKind::restart_machine), 1u);
    EXPECT_NE(world.agent.reason.find("it died: pid 42 is gone"), std::string::npos);
}

TEST(Lifecycle, SleepsWhenIdleAndWakesForAFollowUp) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.apply(command::TimerFired{1, "idle", world.agent.idle_count});
    EXPECT_EQ(world.count(EffectKind::suspend_machine), 1u);
    world.apply(command::MachineSuspended{1});
    EXPECT_EQ(world.agent.phase, Phase::sleeping);
    world.apply(command::AddFollowUp{"f-2", "wake up"});
    EXPECT_EQ(world.count(EffectKind::resume_machine), 1u);
    EXPECT_TRUE(world.delivered_texts().empty());
    world.apply(command::MachineResumed{1});
    EXPECT_EQ(world.agent.phase, Phase::running);
    EXPECT_EQ(world.delivered_texts(), (std::vector<std::string>{"wake up"}));
}

TEST(Lifecycle, AFollowUpThatComesWhileItFallsAsleepWakesItAtOnce) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.apply(command::Sleep{});
    world.apply(command::AddFollowUp{"f-2", "wait"});
    world.apply(command::MachineSuspended{1});
    EXPECT_EQ(world.count(EffectKind::resume_machine), 1u);
    world.apply(command::MachineResumed{1});
    EXPECT_EQ(world.delivered_texts(), (std::vector<std::string>{"wait"}));
}

TEST(Lifecycle, AWakeThatComesWhileItFallsAsleepIsNotLost) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.apply(command::Sleep{});
    world.apply(command::Wake{});
    world.apply(command::MachineSuspended{1});
    EXPECT_EQ(world.count(EffectKind::resume_machine), 1u);
    world.apply(command::MachineResumed{1});
    EXPECT_EQ(world.agent.phase, Phase::idle);
}

TEST(Lifecycle, AnOldIdleTimerDoesNothing) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    const std::int64_t first = world.agent.idle_count;
    world.apply(command::AddFollowUp{"f-2", "more"});
    world.start_turn("f-2");
    world.end_turn();
    world.apply(command::TimerFired{1, "idle", first});
    EXPECT_EQ(world.count(EffectKind::suspend_machine), 0u);
}

TEST(Lifecycle, StopOfASleepingAgentWakesItToEndInGoodOrder) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.apply(command::Sleep{});
    world.apply(command::MachineSuspended{1});
    world.apply(command::Stop{});
    EXPECT_EQ(world.count(EffectKind::resume_machine), 1u);
    world.apply(command::MachineResumed{1});
    world.report("sessionEnded", {{"outcome", "completed"}, {"saved", true}});
    world.apply(command::MachineDestroyed{1});
    EXPECT_EQ(world.agent.phase, Phase::completed);
}

TEST(Lifecycle, EndedAgentsRefuseWorkAndSayTheWayOut) {
    LifecycleWorld world;
    world.run();
    world.kill();
    EXPECT_EQ(world.refusal(command::AddFollowUp{"f-2", "x"}), Errc::failed_precondition);
    EXPECT_EQ(world.refusal(command::SendMessage{"f-2", "x"}), Errc::failed_precondition);
    EXPECT_EQ(world.refusal(command::Wake{}), Errc::failed_precondition);
    world.apply(command::Kill{});
    EXPECT_EQ(world.agent.phase, Phase::killed) << "terminal means terminal";
}

TEST(Lifecycle, NothingThatIsToldLateLeadsOutOfATerminalPhase) {
    LifecycleWorld world;
    world.run();
    world.kill();
    const std::vector<Command> late{command::MachineInspected{1, {MachineState::gone, ""}},
                                    command::MachineDestroyed{1},
                                    command::MachineSuspended{1},
                                    command::MachineResumed{1},
                                    command::MachineStarted{1, {"m-1", {}}},
                                    command::MachineFailed{1, "resume", Error(Errc::not_found, "x")},
                                    command::LeaseExpired{1, std::chrono::seconds(10)},
                                    command::RunnerDetached{1, "r-1"}};
    for (const Command& command : late) EXPECT_EQ(world.refusal(command), Errc::aborted) << command.index();
    world.apply(command::TimerFired{1, "stop", 1});
    EXPECT_EQ(world.agent.phase, Phase::killed);
}

TEST(Lifecycle, CommitsAndPushesAreCountedOnce) {
    LifecycleWorld world;
    world.run();
    const json::object commit{{"sha", "aaaa"}, {"subject", "Fix"}};
    world.report("commits", {{"cloneUrl", "/srv/web.git"}, {"commits", json::array{commit}}});
    world.report("commits",
                 {{"cloneUrl", "/srv/web.git"}, {"commits", json::array{commit, json::object{{"sha", "bbbb"}}}}});
    EXPECT_EQ(world.agent.commit_count, 2);
    EXPECT_FALSE(world.agent.commits.front().pushed);
    world.report("pushed", {{"cloneUrl", "/srv/web.git"}, {"branch", "b"}, {"sha", "bbbb"}});
    EXPECT_TRUE(world.agent.commits.front().pushed);
    EXPECT_TRUE(world.agent.commits.back().pushed);
}

TEST(Lifecycle, EventPositionsRiseEvenWhenTheClockGoesBack) {
    LifecycleWorld world;
    world.run();
    world.now -= std::chrono::hours(1);
    world.end_turn();
    for (std::size_t i = 1; i < world.events.size(); ++i)
        EXPECT_LT(world.events[i - 1].position, world.events[i].position);
}

TEST(Lifecycle, TheStoredDocumentIsTheWholeAgent) {
    LifecycleWorld world;
    world.run();
    world.apply(command::AddFollowUp{"f-2", "later"});
    world.report("sessionEvent", {{"kind", "COST"}, {"costUsd", 0.25}});
    EXPECT_EQ(encode_agent(decode_agent(encode_agent(world.agent))), encode_agent(world.agent));
}

TEST(Lifecycle, ARequestThatComesAgainIsDoneOnce) {
    LifecycleWorld world;
    command::Spawn spawn = LifecycleWorld::spawn_command();
    spawn.request_id = "r-1";
    world.apply(spawn);
    world.apply(spawn);
    EXPECT_EQ(world.agent.incarnation, 1);
    const Decision first = world.apply(command::AddFollowUp{"f-2", "more", "r-2"});
    const Decision second = world.apply(command::AddFollowUp{"f-2", "more", "r-2"});
    EXPECT_EQ(world.agent.queue.size(), 1u);
    EXPECT_TRUE(second.events.empty());
    EXPECT_EQ(first.next.generation, second.next.generation);
    world.apply(command::SendMessage{"f-3", "now", "r-3"});
    world.apply(command::SendMessage{"f-4", "now", "r-3"});
    EXPECT_EQ(world.agent.queue.size(), 2u);
    // An id of the agent's life is no excuse for another request, and none at all is never a repetition.
    world.apply(command::AddFollowUp{"f-5", "more", "r-4"});
    world.apply(command::AddFollowUp{"f-6", "more"});
    world.apply(command::AddFollowUp{"f-7", "more"});
    EXPECT_EQ(world.agent.queue.size(), 5u);
    EXPECT_EQ(world.refusal(LifecycleWorld::spawn_command()), Errc::already_exists);
}

}
}
