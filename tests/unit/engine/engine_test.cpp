#include "engine_world.hpp"

namespace murmur {
namespace {

bool machine_exists(const Agent& agent) { return agent.machine && agent.machine->exists; }

TEST_F(EngineWorld, SpawnMakesOneMachineAndGivesItTheOneTimeToken) {
    const Agent spawned = spawn("one");
    wait_for("one", machine_exists);
    auto state = substrate->state.lock();
    EXPECT_EQ(state->starts.at("m-one"), 1);
    const auto claim = box->check_runner_token(state->environments.front().at("MURMUR_RUNNER_TOKEN"));
    ASSERT_TRUE(claim);
    EXPECT_EQ(claim->agent_row, spawned.row);
    EXPECT_EQ(claim->incarnation, 1);
}

TEST_F(EngineWorld, RefusedCommandsLeaveNothingBehind) {
    spawn("one");
    EXPECT_THROW(spawn("one"), Error);
    EXPECT_THROW(engine->execute(id_of("none"), command::Kill{}), Error);
    EXPECT_FALSE(reader->find_agent(id_of("none")));
}

TEST_F(EngineWorld, AnAttachedRunnerGetsTheAssignmentAndThenEveryCommand) {
    const Agent spawned = spawn("one");
    wait_for("one", machine_exists);
    const auto sink = std::make_shared<RecordingSink>();
    EXPECT_FALSE(attach(spawned, sink).error);
    ASSERT_TRUE(sink->wait_for_commands(1));
    report(spawned, 1, "turnStarted", {{"turn", 1}, {"messageIds", json::array{json::string("f-1")}}});
    engine->execute(id_of("one"), command::Interrupt{});
    ASSERT_TRUE(sink->wait_for_commands(2));
    EXPECT_EQ(sink->state.lock()->sequences, (std::vector<std::int64_t>{1, 2}));
}

TEST_F(EngineWorld, AfterAReconnectOnlyWhatTheRunnerLacksIsSentAgain) {
    const Agent spawned = spawn("one");
    wait_for("one", machine_exists);
    const auto first = std::make_shared<RecordingSink>();
    attach(spawned, first);
    report(spawned, 1, "turnStarted", {{"turn", 1}, {"messageIds", json::array{json::string("f-1")}}});
    engine->execute(id_of("one"), command::Interrupt{});
    const auto second = std::make_shared<RecordingSink>();
    EXPECT_FALSE(attach(spawned, second, "r-1", 1).error);
    ASSERT_TRUE(second->wait_for_commands(1));
    EXPECT_EQ(second->state.lock()->sequences, (std::vector<std::int64_t>{2}));
    EXPECT_EQ(first->state.lock()->fences.size(), 1u) << "the old connection is over";
}

TEST_F(EngineWorld, AnotherRunnerWithTheSameTokenIsRefused) {
    const Agent spawned = spawn("one");
    wait_for("one", machine_exists);
    attach(spawned, std::make_shared<RecordingSink>());
    const Outcome outcome = attach(spawned, std::make_shared<RecordingSink>(), "r-2");
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code(), Errc::permission_denied);
}

TEST_F(EngineWorld, APassingFailureOfTheSubstrateIsTriedAgain) {
    substrate->state.lock()->failures_left = 2;
    spawn("one");
    wait_for("one", machine_exists);
    EXPECT_EQ(substrate->state.lock()->starts.at("m-one"), 1);
    EXPECT_GE(engine->counters().effects_retried, 2);
}

TEST_F(EngineWorld, AFailureThatWillNotPassFailsTheAgentWithItsReason) {
    {
        auto state = substrate->state.lock();
        state->failures_left = 1;
        state->failure = Errc::invalid_argument;
    }
    spawn("one");
    const Agent agent = wait_phase("one", Phase::failed);
    EXPECT_EQ(agent.reason, "no machine: no room");
    EXPECT_EQ(agent.hint, "Make room.");
}

TEST_F(EngineWorld, AnUnknownSubstrateFailsTheAgent) {
    spawn("one", "moon");
    EXPECT_NE(wait_phase("one", Phase::failed).reason.find("\"moon\" not found"), std::string::npos);
}

TEST_F(EngineWorld, KillRemovesTheMachineAndFencesTheRunner) {
    const Agent spawned = spawn("one");
    wait_for("one", machine_exists);
    const auto sink = std::make_shared<RecordingSink>();
    attach(spawned, sink);
    engine->execute(id_of("one"), command::Kill{});
    EXPECT_FALSE(substrate->state.lock()->machines.empty()) << "its work is saved first";
    report(spawned, 1, "sessionEnded", {{"outcome", "completed"}, {"saved", true}});
    wait_phase("one", Phase::killed);
    EXPECT_TRUE(substrate->state.lock()->machines.empty());
    EXPECT_TRUE(open_sqlite_writer(dir)->pending_effects().empty()) << "timers of an ended life are left";
    EXPECT_TRUE(open_sqlite_writer(dir)->pending_commands(spawned.row, 1, 0).empty());
    ASSERT_TRUE(sink->state.lock().wait_until(std::chrono::steady_clock::now() + event_patience,
                                              [](const RecordingSink::State& state) { return !state.fences.empty(); }));
    EXPECT_EQ(engine->alive_agents(), 0u);
}

TEST_F(EngineWorld, AStartThatHangsIsCalledOffByAKill) {
    for (const bool discard : {false, true}) {
        const std::string slug = discard ? "two" : "one";
        substrate->state.lock()->hangs = true;
        spawn(slug);
        EXPECT_TRUE(substrate->wait_until([&](const auto& state) { return state.starts.contains("m-" + slug); }));
        engine->execute(id_of(slug), command::Kill{.discard = discard});
        EXPECT_EQ(wait_phase(slug, Phase::killed).machine->phase, MachinePhase::gone);
        EXPECT_EQ(substrate->state.lock()->called_off, discard ? 2 : 1);
        EXPECT_EQ(substrate->state.lock()->starts.at("m-" + slug), 1) << "it is not tried again";
    }
}

TEST_F(EngineWorld, AStartThatFailsForNowIsNotTriedAgainForOneThatEnds) {
    substrate->state.lock()->failures_left = 1000;
    spawn("one");
    engine->execute(id_of("one"), command::Kill{});
    wait_phase("one", Phase::killed);
    EXPECT_FALSE(substrate->state.lock()->starts.contains("m-one"));
}

TEST_F(EngineWorld, AMachineThatCannotBeRemovedIsToldAndTriedAgainAlsoAfterTheEnd) {
    spawn("one");
    wait_for("one", machine_exists);
    substrate->state.lock()->keeps_machines = true;
    engine->execute(id_of("one"), command::Kill{.discard = true});
    const auto is_told = [](const Agent& each) { return each.reason.find("a file is immutable") != std::string::npos; };
    EXPECT_EQ(wait_for("one", is_told).phase, Phase::destroying);
    EXPECT_GE(substrate->state.lock()->refused_destroys, 3) << "what passes by itself is no news";
    const Agent ended = engine->execute(id_of("one"), command::Kill{.discard = true});
    EXPECT_EQ(ended.phase, Phase::killed);
    EXPECT_EQ(ended.hint, "Make it mutable.");
    const int refused = substrate->state.lock()->refused_destroys;
    close();
    open();
    EXPECT_TRUE(substrate->wait_until([&](const auto& state) { return state.refused_destroys > refused; }));
    substrate->state.lock()->keeps_machines = false;
    const Agent clean = wait_for("one", [](const Agent& each) { return each.machine->phase == MachinePhase::gone; });
    EXPECT_EQ(clean.reason, "");
    EXPECT_TRUE(substrate->state.lock()->machines.empty());
    EXPECT_TRUE(open_sqlite_writer(dir)->pending_effects().empty());
}

TEST_F(EngineWorld, AnAgentWhoseMachineCannotBeRemovedCanBeginAnewBesideIt) {
    spawn("one");
    wait_for("one", machine_exists);
    substrate->state.lock()->keeps_machines = true;
    engine->execute(id_of("one"), command::Kill{.discard = true});
    wait_for("one", [](const Agent& each) { return !each.reason.empty(); });
    engine->execute(id_of("one"), command::Kill{.discard = true});
    command::Spawn anew = spawn_command("one");
    anew.force_new = true;
    anew.machine_id = "m-two";
    engine->execute(id_of("one"), anew);
    wait_for("one", machine_exists);
    EXPECT_TRUE(substrate->state.lock()->machines.contains("m-one"));
    EXPECT_EQ(substrate->state.lock()->starts.at("m-two"), 1);
    substrate->state.lock()->keeps_machines = false;
    EXPECT_TRUE(substrate->wait_until([](const auto& state) { return !state.machines.contains("m-one"); }));
    EXPECT_TRUE(substrate->state.lock()->machines.contains("m-two"));
}

TEST_F(EngineWorld, AMachineWhoseSubstrateIsGoneDoesNotKeepItsAgent) {
    spawn("one");
    wait_for("one", machine_exists);
    close();
    options.substrate = [](const std::string& name) -> std::shared_ptr<Substrate> {
        throw Error(Errc::not_found, "substrate \"" + name + "\" not found");
    };
    open();
    engine->execute(id_of("one"), command::Kill{.discard = true});
    wait_for("one", [](const Agent& each) { return each.reason.find("\"fake\" not found") != std::string::npos; });
    EXPECT_EQ(engine->execute(id_of("one"), command::Kill{.discard = true}).phase, Phase::killed);
}

TEST_F(EngineWorld, ARunnerThatFallsSilentIsLostAfterItsLease) {
    close();
    options.lease = std::chrono::milliseconds(300);
    open();
    const Agent spawned = spawn("one");
    wait_for("one", machine_exists);
    attach(spawned, std::make_shared<RecordingSink>());
    const Agent agent = wait_for("one", [](const Agent& each) { return each.incarnation >= 2; });
    EXPECT_GE(agent.recovery.losses, 1);
    EXPECT_FALSE(is_terminal(agent.phase));
}

TEST_F(EngineWorld, AMachineThatVanishedWhileNobodyLookedIsNoticedAtTheNextStart) {
    const Agent spawned = spawn("one");
    wait_for("one", machine_exists);
    attach(spawned, std::make_shared<RecordingSink>());
    close();
    substrate->state.lock()->machines.clear();
    open();
    const Agent agent = wait_for("one", [](const Agent& each) { return each.incarnation >= 2; });
    EXPECT_EQ(agent.recovery.losses, 1);
    EXPECT_FALSE(is_terminal(agent.phase));
}

TEST_F(EngineWorld, AfterARestartTheRunnerGoesOnWhereItWas) {
    const Agent spawned = spawn("one");
    wait_for("one", machine_exists);
    attach(spawned, std::make_shared<RecordingSink>());
    report(spawned, 1, "turnStarted", {{"turn", 1}, {"messageIds", json::array{json::string("f-1")}}});
    close();
    open();
    const auto sink = std::make_shared<RecordingSink>();
    const Outcome outcome = attach(spawned, sink, "r-1", 1);
    ASSERT_FALSE(outcome.error);
    EXPECT_EQ(outcome.agent->reports_seen, 1);
    EXPECT_EQ(outcome.agent->phase, Phase::running);
    report(spawned, 1, "turnStarted", {{"turn", 1}});  // told again
    const Agent after = report(spawned, 2, "turnEnded", {{"turn", 1}, {"success", true}});
    EXPECT_EQ(after.phase, Phase::task_complete);
    EXPECT_EQ(after.turns, 1);
    EXPECT_EQ(substrate->state.lock()->starts.at("m-one"), 1);
}

TEST_F(EngineWorld, AcknowledgedCommandsAreForgotten) {
    const Agent spawned = spawn("one");
    wait_for("one", machine_exists);
    const auto sink = std::make_shared<RecordingSink>();
    attach(spawned, sink);
    engine->acknowledge(claim_of(spawned), 1);
    const auto again = std::make_shared<RecordingSink>();
    ASSERT_FALSE(attach(spawned, again, "r-1", 0).error);
    EXPECT_TRUE(again->state.lock()->sequences.empty());
}

TEST_F(EngineWorld, ManyCallersShareTransactions) {
    constexpr int callers = 16, spawns = 20;
    std::vector<std::thread> threads;
    for (int caller = 0; caller < callers; ++caller)
        threads.emplace_back([&, caller] {
            for (int i = 0; i < spawns; ++i) spawn("a" + std::to_string(caller) + "-" + std::to_string(i));
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(reader->list_agents({"local/alice", "", "", true}).size(), static_cast<std::size_t>(callers * spawns));
    const EngineCounters counters = engine->counters();
    EXPECT_LT(counters.commits, counters.commands);
}

TEST_F(EngineWorld, WhatIsSubmittedAfterTheEndIsRefusedAsUnavailable) {
    engine->stop();
    try {
        spawn("one");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::unavailable);
    }
}

TEST_F(EngineWorld, SleepAndWakeGoThroughTheSubstrate) {
    const Agent spawned = spawn("one");
    wait_for("one", machine_exists);
    attach(spawned, std::make_shared<RecordingSink>());
    report(spawned, 1, "turnStarted", {{"turn", 1}, {"messageIds", json::array{json::string("f-1")}}});
    report(spawned, 2, "turnEnded", {{"turn", 1}, {"success", true}});
    engine->execute(id_of("one"), command::Sleep{});
    wait_phase("one", Phase::sleeping);
    EXPECT_EQ(substrate->state.lock()->machines.at("m-one"), MachineState::suspended);
    engine->execute(id_of("one"), command::Wake{});
    wait_phase("one", Phase::idle);
    EXPECT_EQ(substrate->state.lock()->machines.at("m-one"), MachineState::running);
}

}
}
