#include "agents/pilot.hpp"

#include "lifecycle_world.hpp"

namespace murmur {
namespace {

struct PilotTest : ::testing::Test, LifecycleWorld {
    void run_pilot() {
        command::Spawn command = spawn_command();
        command.spec.pilot = true;
        apply(command);
        start_machine();
        attach();
        report("sessionStarted", {{"backend", "command"}});
        start_turn();
    }
    std::int64_t asked() const {
        return std::count_if(effects.begin(), effects.end(),
                             [](const Effect& effect) { return effect.body.contains("assess"); });
    }
    const json::object& last_assess() const { return last(EffectKind::send_command).body.at("assess").as_object(); }
    void answer(const std::string& text) {
        report("assessed", {{"round", agent.pilot.rounds}, {"answer", text}, {"costUsd", 0.5}});
    }
    std::vector<std::string> verdicts() const {
        std::vector<std::string> texts;
        for (const AgentEvent& event : events)
            if (event.type == "assessor") texts.push_back(event.text);
        return texts;
    }
    void start_delivered_turn() { start_turn(agent.sent.front().id); }
};

using Texts = std::vector<std::string>;

TEST_F(PilotTest, NobodyIsAskedWithoutAPilot) {
    run();
    end_turn();
    EXPECT_EQ(asked(), 0);
    EXPECT_EQ(agent.phase, Phase::task_complete);
}

TEST_F(PilotTest, WorkThatIsDoneLetsTheAgentRest) {
    run_pilot();
    end_turn();
    EXPECT_EQ(agent.phase, Phase::running) << "until the answer is here";
    EXPECT_EQ(last_assess().at("round"), 1);
    EXPECT_NE(last_assess().at("prompt").as_string().find("fix it"), json::string::npos);
    answer("VERDICT: done\nall good");
    EXPECT_EQ(agent.phase, Phase::task_complete);
    EXPECT_EQ(verdicts(), (Texts{"round 1: done: all good"}));
    EXPECT_DOUBLE_EQ(agent.spent.cost_usd, 0.5);
    EXPECT_FALSE(agent.pilot.asked);
}

TEST_F(PilotTest, WorkThatIsNotDoneGoesOnAndIsJudgedThreeTimes) {
    run_pilot();
    for (int round = 1; round <= 3; ++round) {
        end_turn();
        EXPECT_EQ(asked(), round);
        answer("VERDICT: not done\nthe tests fail");
        ASSERT_EQ(agent.sent.size(), 1u);
        EXPECT_EQ(agent.sent[0].source, "assessor");
        EXPECT_NE(agent.sent[0].text.find("the tests fail"), std::string::npos);
        start_delivered_turn();
    }
    end_turn();
    EXPECT_EQ(asked(), 3);
    EXPECT_EQ(agent.phase, Phase::task_complete);
    // New work is judged anew.
    apply(command::AddFollowUp{"f-2", "more"});
    start_delivered_turn();
    end_turn();
    EXPECT_EQ(asked(), 4);
    EXPECT_EQ(last_assess().at("round"), 1);
}

TEST_F(PilotTest, AnAssessorThatFailsOrIsNotUnderstoodKeepsNobodyFromResting) {
    run_pilot();
    end_turn();
    report("assessed", {{"round", 1}, {"error", json::object{{"message", "no such program"}}}});
    EXPECT_EQ(agent.phase, Phase::task_complete);
    apply(command::AddFollowUp{"f-2", "more"});
    start_delivered_turn();
    end_turn();
    answer("Looks nice");
    EXPECT_EQ(agent.phase, Phase::task_complete);
    EXPECT_EQ(verdicts(), (Texts{"round 1: failed: no such program", "round 1: unreadable: Looks nice"}));
}

TEST_F(PilotTest, AFollowUpThatWaitedIsServedAfterTheVerdict) {
    run_pilot();
    end_turn();
    apply(command::AddFollowUp{"f-2", "more"});
    EXPECT_EQ(agent.queue.size(), 1u);
    answer("VERDICT: done");
    ASSERT_EQ(agent.sent.size(), 1u);
    EXPECT_EQ(agent.sent[0].id, "f-2");
}

TEST_F(PilotTest, AMessageThatBeganATurnMakesTheVerdictOutOfDate) {
    run_pilot();
    end_turn();
    apply(command::SendMessage{"f-2", "more"});
    EXPECT_TRUE(agent.turn_running);
    report("assessed", {{"round", 1}, {"answer", "VERDICT: not done"}});
    EXPECT_EQ(agent.sent.size(), 1u);
    EXPECT_EQ(agent.phase, Phase::running);
    start_turn("f-2");
    end_turn();
    EXPECT_EQ(asked(), 2);
}

TEST_F(PilotTest, AVerdictAfterTheEndIsOnlyRecorded) {
    run_pilot();
    end_turn();
    apply(command::Stop{});
    answer("VERDICT: not done");
    EXPECT_EQ(agent.phase, Phase::destroying);
    EXPECT_TRUE(agent.sent.empty());
}

TEST_F(PilotTest, OpenTasksComeBeforeTheAssessor) {
    run_pilot();
    apply(command::CreateTask{{.subject = "one"}});
    end_turn();
    EXPECT_EQ(asked(), 0);
    ASSERT_EQ(agent.sent.size(), 1u);
    EXPECT_EQ(agent.sent[0].source, "checklist");
}

TEST_F(PilotTest, WhatIsSaidMeanwhileBeginsNoTurnBeyondTheBudget) {
    run_pilot();
    end_turn();
    ASSERT_TRUE(agent.pilot.asked);
    apply(command::SetBudget{.max_turns = 1});
    EXPECT_EQ(refusal(command::SendMessage{"f-2", "more"}), Errc::resource_exhausted);
    EXPECT_EQ(refusal(command::AddFollowUp{"f-2", "more"}), Errc::resource_exhausted);
    answer("VERDICT: done");
    EXPECT_EQ(agent.phase, Phase::task_complete);
}

TEST_F(PilotTest, NobodyIsPaidToJudgeWhatMayNotGoOn) {
    command::Spawn command = spawn_command();
    command.spec.pilot = true;
    command.budget.max_turns = 1;
    apply(command);
    start_machine();
    attach();
    report("sessionStarted", {{"backend", "command"}});
    start_turn();
    end_turn();
    EXPECT_EQ(asked(), 0);
    EXPECT_EQ(agent.phase, Phase::task_complete);
    EXPECT_EQ(verdicts().size(), 1u);
}

}
}
