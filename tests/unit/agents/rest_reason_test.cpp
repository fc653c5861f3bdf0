#include "lifecycle_world.hpp"

namespace murmur {
namespace {

/// What the status says of an agent that rests: why, for as long as it is so.
struct RestReason : ::testing::Test, LifecycleWorld {
    void interrupt_turn() {
        report("turnEnded", {{"turn", 1}, {"success", false}, {"signal", 2}, {"stopReason", "interrupted"}});
    }
    void create_task() {
        Task task;
        task.subject = "write tests";
        apply(command::CreateTask{task});
    }
    void complete(const std::string& id) {
        command::UpdateTask change;
        change.id = id;
        change.status = TaskStatus::completed;
        apply(change);
    }
    void begin_next_turn() {
        apply(command::AddFollowUp{"f-" + std::to_string(agent.turns + 100), "go on"});
        start_turn(agent.sent.empty() ? "none" : agent.sent.front().id);
    }
    /// Turns that change nothing, until the agent is not reminded any more.
    void end_turns() {
        end_turn();
        while (!agent.sent.empty()) {
            start_turn(agent.sent.front().id);
            end_turn();
        }
    }
};

TEST_F(RestReason, AnInterruptedTurnIsTheReasonUntilTheNextOneBegins) {
    run();
    interrupt_turn();
    EXPECT_EQ(agent.phase, Phase::idle);
    EXPECT_EQ(agent.reason, "turn 1 was interrupted");
    begin_next_turn();
    EXPECT_EQ(agent.reason, "");
    end_turn();
    EXPECT_EQ(agent.phase, Phase::task_complete);
    EXPECT_EQ(agent.reason, "");
}

TEST_F(RestReason, OpenTasksAreCountedAsTheyChange) {
    run();
    create_task();
    create_task();
    end_turns();
    EXPECT_EQ(agent.reason, "2 tasks are open");
    complete("1");
    EXPECT_EQ(agent.reason, "1 task is open");
    create_task();
    EXPECT_EQ(agent.reason, "2 tasks are open");
    complete("2");
    complete("3");
    EXPECT_EQ(agent.reason, "");
}

TEST_F(RestReason, OpenTasksOfAnEarlierTurnAreForgotten) {
    run();
    create_task();
    end_turns();
    EXPECT_EQ(agent.reason, "1 task is open");
    begin_next_turn();
    EXPECT_EQ(agent.reason, "");
    complete("1");
    end_turns();
    EXPECT_EQ(agent.reason, "");
}

TEST_F(RestReason, APushThatFailedIsToldUntilOneSucceeds) {
    run();
    report("pushFailed", {{"cloneUrl", "/srv/web.git"}, {"message", "no space"}, {"hint", "make some"}});
    end_turn();
    EXPECT_EQ(agent.reason, "push failed: no space");
    begin_next_turn();
    EXPECT_EQ(agent.reason, "push failed: no space");
    report("pushed", {{"cloneUrl", "/srv/web.git"}, {"branch", "b"}, {"sha", "0123456789abcdef"}});
    EXPECT_EQ(agent.reason, "");
    EXPECT_EQ(agent.hint, "");
}

}
}
