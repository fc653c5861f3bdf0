#include "agents/task_list.hpp"
#include "lifecycle_world.hpp"

namespace murmur {
namespace {

struct ChecklistTest : ::testing::Test, LifecycleWorld {
    void create(const std::string& subject, const std::string& pattern = {}) {
        Task task;
        task.subject = subject;
        task.pattern = pattern;
        if (!pattern.empty()) task.activate_when = "files_modified";
        apply(command::CreateTask{task});
    }
    void update(const std::string& id, TaskStatus status) {
        command::UpdateTask change;
        change.id = id;
        change.status = status;
        apply(change);
    }
    void block(const std::string& id, const std::string& blocker) {
        command::UpdateTask change;
        change.id = id;
        change.add_blocked_by = {blocker};
        apply(change);
    }
    void commit(const std::string& file) {
        report("commits", {{"cloneUrl", "/srv/web.git"},
                           {"commits", json::array{json::object{{"sha", "sha-" + std::to_string(reports)},
                                                                {"subject", "work"},
                                                                {"files", json::array{json::string(file)}}}}}});
    }
    std::vector<std::string> active() const {
        std::vector<std::string> ids;
        for (const Task* task : active_tasks(agent.checklist)) ids.push_back(task->id);
        return ids;
    }
    void start_delivered_turn() { start_turn(agent.sent.empty() ? "none" : agent.sent.front().id); }
};

using Ids = std::vector<std::string>;

TEST_F(ChecklistTest, TasksAreNumberedAndActiveUntilTheyAreDone) {
    run();
    create("one");
    create("two");
    EXPECT_EQ(active(), (Ids{"1", "2"}));
    update("1", TaskStatus::completed);
    EXPECT_EQ(active(), (Ids{"2"}));
    update("2", TaskStatus::deleted);
    EXPECT_EQ(active(), Ids{});
    create("three");
    EXPECT_EQ(active(), (Ids{"3"})) << "ids are not given twice";
    EXPECT_EQ(events.back().type, "task");
    EXPECT_EQ(events.back().text, "task 3 created: three");
}

TEST_F(ChecklistTest, ATaskThatWaitsForAnotherIsNotActive) {
    run();
    create("one");
    create("two");
    block("2", "1");
    EXPECT_EQ(active(), (Ids{"1"}));
    EXPECT_EQ(blocks_of(agent.checklist, "1"), (Ids{"2"}));
    update("1", TaskStatus::in_progress);
    EXPECT_EQ(active(), (Ids{"1"}));
    update("1", TaskStatus::completed);
    EXPECT_EQ(active(), (Ids{"2"}));
}

TEST_F(ChecklistTest, TasksCannotWaitForEachOther) {
    run();
    for (const char* subject : {"one", "two", "three"}) create(subject);
    block("2", "1");
    block("3", "2");
    command::UpdateTask change;
    change.id = "1";
    change.add_blocked_by = {"3"};
    EXPECT_EQ(refusal(change), Errc::invalid_argument);
    change.add_blocked_by = {"1"};
    EXPECT_EQ(refusal(change), Errc::invalid_argument);
    change = {};
    change.id = "3";
    change.add_blocks = {"1"};
    try {
        decide(agent, change, policy, now);
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.message(),
                  "tasks would wait for each other: \"1\" waits for \"3\" waits for \"2\" waits for \"1\"");
    }
    change.add_blocks = {"9"};
    EXPECT_EQ(refusal(change), Errc::not_found);
    block("3", "1");
    EXPECT_EQ(agent.checklist.tasks[2].blocked_by, (Ids{"2", "1"}));
}

TEST_F(ChecklistTest, RefusesWhatIsNoTask) {
    run();
    const auto refused = [&](Task task) { return refusal(command::CreateTask{std::move(task)}); };
    EXPECT_EQ(refused({}), Errc::invalid_argument);
    EXPECT_EQ(refused({.subject = "two\nlines"}), Errc::invalid_argument);
    EXPECT_EQ(refused({.subject = std::string(501, 'x')}), Errc::invalid_argument);
    EXPECT_EQ(refused({.subject = "x", .activate_when = "moon_is_full", .pattern = "*"}), Errc::invalid_argument);
    EXPECT_EQ(refused({.subject = "x", .activate_when = "files_modified"}), Errc::invalid_argument);
    EXPECT_EQ(refused({.subject = "x", .activate_when = "files_modified", .pattern = "[a"}), Errc::invalid_argument);
    EXPECT_EQ(refused({.subject = "x", .pattern = "*"}), Errc::invalid_argument);
    EXPECT_EQ(refused({.subject = "x", .blocked_by = {"1"}}), Errc::not_found);
    command::UpdateTask change;
    change.id = "7";
    EXPECT_EQ(refusal(change), Errc::not_found);
    for (int i = 0; i < 500; ++i) create("x");
    EXPECT_EQ(refused({.subject = "x"}), Errc::resource_exhausted);
    update("4", TaskStatus::deleted);
    create("x");
    EXPECT_EQ(agent.checklist.tasks.size(), 500u);
    EXPECT_EQ(agent.checklist.tasks.back().id, "501");
    EXPECT_THROW(parse_task_status("bogus"), Error);
    EXPECT_EQ(parse_task_status("TASK_STATUS_IN_PROGRESS"), TaskStatus::in_progress);
    EXPECT_EQ(parse_task_status("in-progress"), TaskStatus::in_progress);
}

TEST_F(ChecklistTest, ARequestThatComesAgainMakesOneTask) {
    run();
    const command::CreateTask create_once{{.subject = "one"}, "request-1"};
    apply(create_once);
    apply(create_once);
    EXPECT_EQ(agent.checklist.tasks.size(), 1u);
}

TEST_F(ChecklistTest, ACommitWakesTheTasksThatWaitForItsFiles) {
    run();
    create("run the tests again", "**/*_test.go");
    EXPECT_EQ(active(), Ids{});
    commit("pkg/a.go");
    EXPECT_EQ(active(), Ids{});
    commit("pkg/a_test.go");
    EXPECT_EQ(active(), (Ids{"1"}));
    update("1", TaskStatus::in_progress);
    commit("pkg/b_test.go");
    EXPECT_EQ(agent.checklist.tasks[0].status, TaskStatus::in_progress);
    update("1", TaskStatus::completed);
    commit("pkg/a.go");
    EXPECT_EQ(active(), Ids{});
    commit("a_test.go");
    EXPECT_EQ(agent.checklist.tasks[0].status, TaskStatus::pending) << "it is to be done again";
    update("1", TaskStatus::deleted);
    commit("a_test.go");
    EXPECT_EQ(agent.checklist.tasks[0].status, TaskStatus::deleted);
}

TEST_F(ChecklistTest, ATaskThatWaitsForFilesStillDoesAfterARestart) {
    run();
    create("run the tests again", "*_test.go");
    create("write");
    agent = decode_agent(encode_agent(agent));
    EXPECT_EQ(active(), (Ids{"2"}));
}

TEST_F(ChecklistTest, AnAgentThatRestsBeforeItIsDoneIsToldWhatRemains) {
    run();
    create("write tests");
    create("write documentation");
    update("2", TaskStatus::in_progress);
    end_turn();
    EXPECT_EQ(agent.phase, Phase::running);
    ASSERT_EQ(agent.sent.size(), 1u);
    EXPECT_EQ(agent.sent[0].source, "checklist");
    const std::string text = agent.sent[0].text;
    EXPECT_NE(text.find("murmur task update 1 -s completed"), std::string::npos) << text;
    EXPECT_NE(text.find("2. write documentation (in progress)"), std::string::npos) << text;
    start_delivered_turn();
    update("1", TaskStatus::completed);
    update("2", TaskStatus::completed);
    end_turn();
    EXPECT_EQ(agent.phase, Phase::task_complete);
}

TEST_F(ChecklistTest, RemindersThatBringNothingStop) {
    run();
    create("write tests");
    int reminded = 0;
    while (agent.phase == Phase::running && reminded < 10) {
        end_turn();
        if (agent.sent.empty()) break;
        ++reminded;
        start_delivered_turn();
    }
    EXPECT_EQ(reminded, 3);
    EXPECT_EQ(agent.phase, Phase::task_complete);
    EXPECT_EQ(agent.checklist.tasks[0].status, TaskStatus::pending);
    // New work begins the count anew.
    apply(command::AddFollowUp{"f-9", "go on"});
    start_delivered_turn();
    end_turn();
    EXPECT_EQ(agent.sent.size(), 1u);
}

TEST_F(ChecklistTest, AnyChangeOfATaskBeginsTheCountAnew) {
    run();
    create("one");
    create("two");
    for (int i = 0; i < 3; ++i) {
        end_turn();
        start_delivered_turn();
    }
    update("2", TaskStatus::completed);
    end_turn();
    EXPECT_EQ(agent.sent.size(), 1u);
}

TEST_F(ChecklistTest, WhatIsQueuedGoesFirst) {
    run();
    create("one");
    apply(command::AddFollowUp{"f-2", "and that"});
    end_turn();
    ASSERT_EQ(agent.sent.size(), 1u);
    EXPECT_EQ(agent.sent[0].id, "f-2");
}

TEST_F(ChecklistTest, SpawnAndFollowUpsBringTasks) {
    command::Spawn command = spawn_command();
    command.tasks = {{.subject = "one"}, {.subject = "two"}};
    apply(command);
    EXPECT_EQ(active(), (Ids{"1", "2"}));
    command::AddFollowUp add{"f-2", "more"};
    add.tasks = {{.subject = "three"}};
    apply(add);
    EXPECT_EQ(active(), (Ids{"1", "2", "3"}));
}

}
}
