// Machines that cannot be removed.

#include "lifecycle_world.hpp"

namespace murmur {
namespace {

class RemovalLife : public testing::Test {
protected:
    /// Killed, and its machine is being removed.
    void end(bool discard = true) {
        world.run();
        world.apply(command::Kill{.discard = discard});
        world.end_session(!discard);
    }
    void fail(const std::string& message = "a file is immutable", const std::string& machine = "m-1") {
        world.apply(command::MachineFailed{world.agent.incarnation, "destroy",
                                           Error(Errc::permission_denied, message).with_hint("Remove it."), machine});
    }
    std::size_t errors() const {
        return static_cast<std::size_t>(std::count_if(world.events.begin(), world.events.end(),
                                                      [](const AgentEvent& event) { return event.type == "error"; }));
    }
    static command::Spawn again(bool resurrect) {
        command::Spawn spawn = LifecycleWorld::spawn_command("again");
        (resurrect ? spawn.resurrect : spawn.force_new) = true;
        spawn.machine_id = "m-2";
        return spawn;
    }
    LifecycleWorld world;
};

TEST_F(RemovalLife, ThatFailsIsToldOnceForEachErrorWithTheWayOut) {
    end();
    fail();
    EXPECT_EQ(world.agent.phase, Phase::destroying);
    EXPECT_NE(world.agent.reason.find("machine m-1 could not be removed yet"), std::string::npos);
    EXPECT_NE(world.agent.reason.find("a file is immutable"), std::string::npos);
    EXPECT_EQ(world.agent.hint, "Remove it. To let the agent end before that: murmur kill --discard fix-typo");
    EXPECT_TRUE(world.has_event("error", "a file is immutable"));
    const std::int64_t generation = world.agent.generation;
    fail();
    EXPECT_EQ(world.agent.generation, generation) << "it is known";
    fail("something is mounted there");
    EXPECT_TRUE(world.has_event("error", "something is mounted there"));
    EXPECT_EQ(world.agent.reason.find("immutable"), std::string::npos) << world.agent.reason;
    EXPECT_EQ(errors(), 2u);
}

TEST_F(RemovalLife, ThatFailsWithEverNewErrorsDoesNotFillTheLog) {
    end();
    for (int i = 0; i < 100; ++i) fail("process " + std::to_string(i) + " does not end");
    EXPECT_LE(errors(), 10u);
    EXPECT_NE(world.agent.reason.find("process 99 "), std::string::npos);
}

TEST_F(RemovalLife, ThatWorksAtLastEndsTheAgentAsItWasToEnd) {
    world.run();
    world.apply(command::Stop{});
    world.end_session();
    fail();
    EXPECT_EQ(world.agent.reason.find("stopped; machine m-1 could not"), 0u) << world.agent.reason;
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::completed);
    EXPECT_EQ(world.agent.reason, "stopped");
    EXPECT_EQ(world.agent.hint, "");
}

TEST_F(RemovalLife, IsNotWaitedForByWhoDiscards) {
    end();
    world.apply(command::Kill{.discard = true});
    EXPECT_EQ(world.agent.phase, Phase::destroying) << "it may still work";
    fail();
    const std::size_t effects = world.effects.size();
    world.apply(command::Kill{.discard = true});
    EXPECT_EQ(world.agent.phase, Phase::killed);
    EXPECT_EQ(world.effects.size(), effects) << "the removal that is under way goes on";
    EXPECT_NE(world.agent.reason.find("machine m-1 could not be removed yet"), std::string::npos);
    EXPECT_EQ(world.agent.hint, "Remove it.");
    fail("something is mounted there");
    EXPECT_EQ(world.agent.phase, Phase::killed);
    EXPECT_NE(world.agent.reason.find("something is mounted there"), std::string::npos);
    EXPECT_EQ(world.agent.reason.find("immutable"), std::string::npos);
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::killed);
    EXPECT_EQ(world.agent.machine->phase, MachinePhase::gone);
    EXPECT_EQ(world.agent.reason, "");
    EXPECT_EQ(world.agent.hint, "");
}

TEST_F(RemovalLife, LeavesTheEndAsItWasDecided) {
    world.run();
    world.apply(command::Stop{});
    world.end_session();
    fail();
    world.apply(command::Kill{});
    EXPECT_EQ(world.agent.phase, Phase::destroying) << "only who discards may leave a machine behind";
    world.apply(command::Kill{.discard = true});
    EXPECT_TRUE(is_terminal(world.agent.phase));
    EXPECT_EQ(world.count(EffectKind::destroy_machine), 1u);
}

TEST_F(RemovalLife, ThatFailsLetsTheNameGo) {
    for (const bool resurrect : {false, true}) {
        world = {};
        end();
        fail();
        world.apply(command::Kill{.discard = true});
        world.apply(again(resurrect));
        EXPECT_EQ(world.agent.phase, Phase::starting);
        EXPECT_EQ(world.agent.machine->id, "m-2");
        EXPECT_EQ(world.agent.machine->removal.machine_id, "");
        EXPECT_EQ(world.count(EffectKind::start_machine), 2u);
        // What is told of the old machine belongs to the life before.
        EXPECT_EQ(world.refusal(command::MachineDestroyed{1, "m-1"}), Errc::aborted);
        EXPECT_EQ(world.refusal(command::MachineFailed{1, "destroy", Error(Errc::unavailable, "x"), "m-1"}),
                  Errc::aborted);
    }
}

TEST_F(RemovalLife, ThatHasNotFailedKeepsTheName) {
    world.run();
    world.apply(command::Kill{});
    for (int rescues = 0; world.agent.phase == Phase::destroying && rescues < 9; ++rescues)
        world.apply(command::TimerFired{world.agent.incarnation, "stop", world.agent.recovery.deadlines});
    if (!is_terminal(world.agent.phase))
        world.apply(command::MachineFailed{world.agent.incarnation, "restart", Error(Errc::unimplemented, "no")});
    ASSERT_EQ(world.agent.machine->phase, MachinePhase::kept);
    world.apply(command::Kill{.discard = true});
    EXPECT_EQ(world.refusal(again(false)), Errc::unavailable);
    fail();
    EXPECT_NE(world.agent.reason.find("could not be removed yet"), std::string::npos);
    world.apply(again(false));
    EXPECT_EQ(world.agent.phase, Phase::starting);
}

TEST_F(RemovalLife, OfAMachineThatWasReplacedIsAnEventAndNoMore) {
    world.run();
    world.lose_runner();
    world.apply(command::MachineFailed{world.agent.incarnation, "restart", Error(Errc::not_found, "no such disk")});
    ASSERT_NE(world.agent.machine->id, "m-1");
    const std::string reason = world.agent.reason;
    fail();
    fail();
    EXPECT_EQ(world.agent.reason, reason);
    EXPECT_EQ(world.agent.phase, Phase::starting);
    EXPECT_EQ(std::count_if(world.events.begin(), world.events.end(),
                            [](const AgentEvent& e) { return e.text.find("immutable") != std::string::npos; }),
              1);
}

TEST_F(RemovalLife, IsTheOnlyFailureThatIsNewsToOneThatHasEnded) {
    end();
    world.destroy_machine();
    EXPECT_EQ(world.refusal(command::MachineFailed{1, "destroy", Error(Errc::unavailable, "x"), "m-1"}), Errc::aborted);
    EXPECT_EQ(world.refusal(command::MachineFailed{1, "start", Error(Errc::unavailable, "x")}), Errc::aborted);
}

TEST_F(RemovalLife, ThatFailsIsWhatASpawnOfThatNameIsTold) {
    end();
    fail();
    try {
        decide(world.agent, again(false), world.policy, world.now);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::already_exists);
        EXPECT_NE(error.hint().find("murmur kill --discard fix-typo"), std::string::npos) << error.hint();
    }
}

}
}
