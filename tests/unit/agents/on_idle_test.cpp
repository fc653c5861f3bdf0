// What on-idle says, as it is or changed at run time, and what pull requests have to do with it.

#include "lifecycle_world.hpp"

namespace murmur {
namespace {

constexpr const char* first_pr = "https://x/pull/1";
constexpr const char* second_pr = "https://x/pull/2";

struct OnIdleTest : ::testing::Test, LifecycleWorld {
    void pr(const char* url, PullRequestState state, ChecksState checks = ChecksState::none) {
        apply(command::ReportPullRequest{url, "Fix", state, checks});
    }
    void set(OnIdle on_idle) { apply(command::SetOnIdle{on_idle}); }
    void fall_asleep() {
        apply(command::Sleep{});
        apply(command::MachineSuspended{agent.incarnation});
        ASSERT_EQ(agent.phase, Phase::sleeping);
    }
    void ring(const Effect& timer) {
        now = std::max(now, timer.not_before);
        apply(command::TimerFired{timer.incarnation, std::string(timer.body.at("what").as_string()),
                                  timer.body.at("count").to_number<std::int64_t>()});
    }
    std::size_t idle_timers() const {
        return static_cast<std::size_t>(std::count_if(effects.begin(), effects.end(), [](const Effect& effect) {
            return effect.kind == EffectKind::timer && effect.body.at("what") == "idle";
        }));
    }
    bool falls_asleep() const { return agent.machine->phase == MachinePhase::suspending; }
    bool is_told_to_end() const {
        return agent.phase == Phase::destroying && last(EffectKind::send_command).body.contains("stop");
    }
};

TEST_F(OnIdleTest, ChecksThatArePendingKeepItFromRestingUntilTheyAreThrough) {
    run();
    pr(first_pr, PullRequestState::open, ChecksState::pending);
    end_turn();
    EXPECT_EQ(agent.phase, Phase::checks_pending);
    EXPECT_EQ(idle_timers(), 0u);
    pr(second_pr, PullRequestState::open, ChecksState::pending);
    pr(first_pr, PullRequestState::open, ChecksState::success);
    EXPECT_EQ(agent.phase, Phase::checks_pending) << "those of the second are not";
    pr(second_pr, PullRequestState::open, ChecksState::failure);
    EXPECT_EQ(agent.phase, Phase::task_complete);
    EXPECT_EQ(idle_timers(), 1u);
}

TEST_F(OnIdleTest, ChecksThatBeginAgainTakeItBack) {
    run();
    pr(first_pr, PullRequestState::open, ChecksState::success);
    end_turn();
    EXPECT_EQ(agent.phase, Phase::task_complete);
    const Effect timer = last(EffectKind::timer);
    pr(first_pr, PullRequestState::open, ChecksState::pending);
    EXPECT_EQ(agent.phase, Phase::checks_pending);
    ring(timer);
    EXPECT_FALSE(falls_asleep()) << "that was the rest before";
    pr(first_pr, PullRequestState::merged);
    EXPECT_EQ(agent.phase, Phase::task_complete) << "nobody waits for the checks of what is merged";
    ring(last(EffectKind::timer));
    EXPECT_TRUE(falls_asleep());
}

TEST_F(OnIdleTest, AMessageIsServedWhileChecksArePending) {
    run();
    pr(first_pr, PullRequestState::open, ChecksState::pending);
    end_turn();
    apply(command::AddFollowUp{"f-2", "and this"});
    EXPECT_EQ(agent.phase, Phase::running);
    start_turn("f-2");
    end_turn();
    EXPECT_EQ(agent.phase, Phase::checks_pending);
    set(OnIdle::terminate);
    EXPECT_EQ(agent.phase, Phase::checks_pending) << "it ends when they are through";
    pr(first_pr, PullRequestState::open, ChecksState::success);
    EXPECT_TRUE(is_told_to_end());
}

TEST_F(OnIdleTest, AnInterruptedTurnDoesNotWaitForChecks) {
    run();
    pr(first_pr, PullRequestState::open, ChecksState::pending);
    report("turnEnded", {{"turn", 1}, {"success", false}, {"stopReason", "interrupted"}});
    EXPECT_EQ(agent.phase, Phase::idle);
}

TEST_F(OnIdleTest, EndsWhenTheLastPullRequestIsResolved) {
    for (const PullRequestState how : {PullRequestState::merged, PullRequestState::closed}) {
        LifecycleWorld::operator=({});
        run(OnIdle::terminate_when_prs_resolved);
        pr(first_pr, PullRequestState::open);
        pr(second_pr, PullRequestState::open);
        end_turn();
        EXPECT_EQ(agent.phase, Phase::task_complete);
        EXPECT_EQ(idle_timers(), 0u) << "it stays awake until they are";
        pr(first_pr, how);
        EXPECT_EQ(agent.phase, Phase::task_complete) << "one is open";
        pr(second_pr, how);
        EXPECT_TRUE(is_told_to_end());
        end_session();
        destroy_machine();
        EXPECT_EQ(agent.phase, Phase::completed);
        EXPECT_EQ(agent.reason, "all its pull requests are merged or closed");
    }
}

TEST_F(OnIdleTest, EndsAfterTheTurnWhenTheyWereResolvedBefore) {
    run(OnIdle::terminate_when_prs_resolved);
    pr(first_pr, PullRequestState::merged);
    EXPECT_EQ(agent.phase, Phase::running);
    end_turn();
    EXPECT_TRUE(is_told_to_end());
}

TEST_F(OnIdleTest, WithoutAnyPullRequestItSleepsAndEndsWhenOneIsResolved) {
    run(OnIdle::terminate_when_prs_resolved);
    end_turn();
    EXPECT_EQ(idle_timers(), 1u);
    ring(last(EffectKind::timer));
    EXPECT_TRUE(falls_asleep());
    apply(command::MachineSuspended{1});
    pr(first_pr, PullRequestState::open);
    EXPECT_EQ(agent.phase, Phase::sleeping);
    pr(first_pr, PullRequestState::merged);
    EXPECT_EQ(agent.phase, Phase::destroying);
    EXPECT_EQ(agent.machine->phase, MachinePhase::resuming) << "it saves its work first";
}

TEST_F(OnIdleTest, OneThatComesWhileItWouldSleepKeepsItAwake) {
    run(OnIdle::terminate_when_prs_resolved);
    end_turn();
    const Effect timer = last(EffectKind::timer);
    pr(first_pr, PullRequestState::open);
    ring(timer);
    EXPECT_FALSE(falls_asleep());
}

TEST_F(OnIdleTest, ChecksThatEndWithTheirPullRequestEndTheAgent) {
    run(OnIdle::terminate_when_prs_resolved);
    pr(first_pr, PullRequestState::open, ChecksState::pending);
    end_turn();
    EXPECT_EQ(agent.phase, Phase::checks_pending);
    pr(first_pr, PullRequestState::closed);
    EXPECT_TRUE(is_told_to_end());
}

TEST_F(OnIdleTest, IsChangedBeforeAndWithinATurnForTheRestAfterIt) {
    spawn();
    set(OnIdle::keep_alive);
    EXPECT_EQ(agent.phase, Phase::starting);
    start_machine();
    attach();
    report("sessionStarted", {{"backend", "command"}});
    start_turn();
    set(OnIdle::terminate);
    EXPECT_EQ(agent.phase, Phase::running) << "the turn goes on";
    set(OnIdle::keep_alive);
    end_turn();
    EXPECT_EQ(agent.phase, Phase::task_complete);
    EXPECT_EQ(idle_timers(), 0u);
}

TEST_F(OnIdleTest, IsChangedWhileItRests) {
    for (const bool is_idle : {false, true}) {
        LifecycleWorld::operator=({});
        run(OnIdle::keep_alive);
        report("turnEnded", {{"turn", 1}, {"success", !is_idle}, {"stopReason", is_idle ? "interrupted" : "end_turn"}});
        EXPECT_EQ(agent.phase, is_idle ? Phase::idle : Phase::task_complete);
        set(OnIdle::sleep);
        const Effect old = last(EffectKind::timer);
        set(OnIdle::keep_alive);
        ring(old);
        EXPECT_FALSE(falls_asleep()) << "it is to stay awake now";
        set(OnIdle::sleep);
        EXPECT_EQ(idle_timers(), 2u);
        ring(old);
        EXPECT_FALSE(falls_asleep()) << "that time began before";
        ring(last(EffectKind::timer));
        EXPECT_TRUE(falls_asleep());
        set(OnIdle::keep_alive);
        apply(command::MachineSuspended{1});
        EXPECT_EQ(agent.phase, Phase::sleeping) << "it is woken by who wants it awake";
    }
}

TEST_F(OnIdleTest, TerminateEndsOneThatRestsOrSleeps) {
    run();
    end_turn();
    set(OnIdle::terminate);
    EXPECT_TRUE(is_told_to_end());
    end_session();
    destroy_machine();
    EXPECT_EQ(agent.phase, Phase::completed);

    LifecycleWorld::operator=({});
    run();
    end_turn();
    fall_asleep();
    set(OnIdle::keep_alive);
    EXPECT_EQ(agent.phase, Phase::sleeping);
    set(OnIdle::terminate);
    EXPECT_EQ(agent.phase, Phase::destroying);
    EXPECT_EQ(agent.machine->phase, MachinePhase::resuming);
}

TEST_F(OnIdleTest, TerminateEndsOneThatIsFallingAsleep) {
    run();
    end_turn();
    apply(command::Sleep{});
    set(OnIdle::terminate);
    EXPECT_EQ(agent.phase, Phase::destroying);
    apply(command::MachineSuspended{1});
    EXPECT_EQ(agent.machine->phase, MachinePhase::resuming) << "it could not hear that";
}

TEST_F(OnIdleTest, IsRefusedByOneThatEndsOrHasEnded) {
    run();
    apply(command::Stop{});
    EXPECT_EQ(refusal(command::SetOnIdle{OnIdle::keep_alive}), Errc::failed_precondition);
    end_session();
    destroy_machine();
    EXPECT_EQ(refusal(command::SetOnIdle{OnIdle::keep_alive}), Errc::failed_precondition);
}

TEST_F(OnIdleTest, TheTimeItIdlesIsItsOwnOrTheOperators) {
    for (const std::int64_t own : {std::int64_t{0}, std::int64_t{90'000}}) {
        LifecycleWorld::operator=({});
        policy.sleep_after = std::chrono::minutes(7);
        command::Spawn command = spawn_command();
        command.spec.sleep_after_ms = own;
        apply(command);
        start_machine();
        attach();
        report("sessionStarted", {{"backend", "command"}});
        start_turn();
        end_turn();
        const std::chrono::milliseconds expected = own > 0 ? std::chrono::milliseconds(own) : policy.sleep_after;
        EXPECT_EQ(last(EffectKind::timer).not_before, now + expected);
        ring(last(EffectKind::timer));
        EXPECT_TRUE(falls_asleep());
    }
}

TEST_F(OnIdleTest, ATurnBetweenMakesTheTimeBeginAnew) {
    run();
    end_turn();
    const Effect old = last(EffectKind::timer);
    apply(command::AddFollowUp{"f-2", "more"});
    start_turn("f-2");
    ring(old);
    EXPECT_EQ(agent.phase, Phase::running);
    end_turn();
    ring(old);
    EXPECT_FALSE(falls_asleep());
    ring(last(EffectKind::timer));
    EXPECT_TRUE(falls_asleep());
}

TEST_F(OnIdleTest, AMachineThatCannotSleepNowIsAskedAgainLater) {
    run();
    end_turn();
    ring(last(EffectKind::timer));
    ASSERT_TRUE(falls_asleep());
    apply(command::Wake{});
    apply(command::MachineFailed{1, "suspend", Error(Errc::unavailable, "not now")});
    EXPECT_EQ(agent.machine->phase, MachinePhase::running);
    EXPECT_FALSE(agent.wake_wanted) << "it is awake";
    EXPECT_EQ(agent.phase, Phase::task_complete) << "nothing of its task has changed";
    EXPECT_EQ(idle_timers(), 2u);
    ring(last(EffectKind::timer));
    EXPECT_TRUE(falls_asleep());
}

}
}
