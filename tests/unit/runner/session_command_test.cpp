#include "supervisor_fixture.hpp"

namespace murmur::runner {
namespace {

class SessionCommandTest : public SupervisorTest {
protected:
    void wait_for_text(const std::string& wanted) {
        ASSERT_TRUE(server.wait([&](const FakeServer::Seen& seen) {
            for (const json::object& report : seen.reports)
                if (const json::value* event = report.if_contains("sessionEvent");
                    event && event->at("text").as_string() == wanted)
                    return true;
            return false;
        })) << wanted;
    }
};

TEST_F(SessionCommandTest, AHurriedStopDoesNotWaitForTheTurn) {
    options.session.stop_grace = std::chrono::minutes(5);
    start("trap '' TERM; echo up; while :; do sleep 0.01; done");
    wait_for_text("up");
    EXPECT_EQ(stop({{"hurry", true}}).at("saved"), true);
}

TEST_F(SessionCommandTest, DiscardedWorkIsNeitherPushedNorSaved) {
    backend->pattern.commit_changes = false;
    start("echo x > x; git add x; echo up; sleep 1000");
    wait_for_text("up");
    const json::object end = stop({{"discard", true}});
    EXPECT_EQ(end.at("saved"), false);
    EXPECT_EQ(end.at("outcome"), "completed");
    EXPECT_EQ(count("snapshot"), 0u);
}

TEST_F(SessionCommandTest, ATurnIsSavedBeforeItsEndIsTold) {
    backend->pattern.commit_changes = false;
    start("echo x > x");
    server.wait_report("turnEnded");
    message("msg-2", "echo y > y");
    server.wait_report("turnEnded", 2);
    std::vector<std::string> order;
    for (const json::object& report : server.seen().reports)
        for (const char* kind : {"turnStarted", "snapshot", "turnEnded"})
            if (report.contains(kind)) order.emplace_back(kind);
    const std::vector<std::string> turn = {"turnStarted", "snapshot", "turnEnded"};
    EXPECT_EQ(std::vector<std::string>(order.begin(), order.begin() + 3), turn);
    EXPECT_EQ(std::vector<std::string>(order.begin() + 3, order.end()), turn);
    EXPECT_EQ(stop().at("saved"), true);
}

TEST_F(SessionCommandTest, ATurnThatCannotBeSavedEndsAllTheSameAndIsSavedLater) {
    backend->pattern.commit_changes = false;
    blobs.fail_with(Error(Errc::resource_exhausted, "the disk of murmurd is full"));
    options.session.saving = {.tries = 2, .first_pause = std::chrono::milliseconds(20)};
    start("echo x > x");
    server.wait_report("turnEnded");
    EXPECT_EQ(count("saveFailed"), 1u) << "told, and before the end";
    EXPECT_EQ(count("snapshot"), 0u);
    blobs.fail_with(std::nullopt);
    EXPECT_EQ(server.wait_report("snapshot").at("turn"), 1) << "by itself, without another turn";
    EXPECT_EQ(stop().at("saved"), true);
}

TEST_F(SessionCommandTest, WhatCouldNotBeSavedIsTriedAgainBeforeTheNextTurn) {
    backend->pattern.commit_changes = false;
    blobs.fail_with(Error(Errc::resource_exhausted, "the disk of murmurd is full"));
    options.session.saving = {.tries = 1, .first_pause = std::chrono::minutes(10)};
    start("echo x > x");
    server.wait_report("turnEnded");
    blobs.fail_with(std::nullopt);
    message("msg-2", "echo y > y");
    EXPECT_EQ(server.wait_report("snapshot").at("turn"), 1);
    server.wait_report("turnEnded", 2);
    EXPECT_EQ(last("snapshot").at("turn"), 2);
    stop();
}

TEST_F(SessionCommandTest, AnOrderToEndIsObeyedWhileATurnCannotBeSaved) {
    backend->pattern.commit_changes = false;
    blobs.fail_with(Error(Errc::resource_exhausted, "the disk of murmurd is full"));
    options.session.saving = {.tries = 1'000'000};
    start("echo x > x");
    server.wait_report("saveFailed");
    EXPECT_EQ(stop({{"discard", true}}).at("saved"), false);
    EXPECT_EQ(count("turnEnded"), 1u);
}

TEST_F(SessionCommandTest, WhatCannotBeSavedIsTriedAgainUntilItIsDiscarded) {
    backend->pattern.commit_changes = false;
    blobs.fail_with(Error(Errc::resource_exhausted, "the disk of murmurd is full"));
    start("echo x > x");
    server.wait_report("turnEnded");
    server.command({{"stop", json::object{{"reason", "test"}}}});
    EXPECT_NE(server.wait_report("saveFailed").at("message").as_string().find("full"), std::string::npos);
    EXPECT_EQ(count("sessionEnded"), 0u);
    EXPECT_EQ(stop({{"discard", true}}).at("saved"), false);
}

TEST_F(SessionCommandTest, WhatCouldNotBeSavedAtFirstIsSavedLater) {
    backend->pattern.commit_changes = false;
    blobs.fail_with(Error(Errc::resource_exhausted, "the disk of murmurd is full"));
    start("echo x > x");
    server.wait_report("turnEnded");
    server.command({{"stop", json::object{{"reason", "test"}}}});
    server.wait_report("saveFailed");
    blobs.fail_with(std::nullopt);
    EXPECT_EQ(stop({{"hurry", true}}).at("saved"), true) << "a second stop tries at once";
    EXPECT_EQ(count("snapshot"), 1u);
}

TEST_F(SessionCommandTest, AnAssessorAnswersAndChangesNothing) {
    start("echo done > done.txt");
    server.wait_report("turnEnded");
    const std::string before = sh(root / "machine/workspace/origin", "git rev-parse HEAD");
    server.command(
        {{"assess", json::object{{"round", 2},
                                 {"prompt",
                                  "cat done.txt; echo token=$MURMUR_TOKEN; echo y > done.txt; git add -A; git commit "
                                  "-qm Mine; git push origin HEAD 2>/dev/null; pwd > ../seen; echo answer"}}}});
    const json::object said = server.wait_report("assessed");
    EXPECT_EQ(said.at("round"), 2);
    EXPECT_EQ(said.at("answer"), "answer");
    EXPECT_FALSE(said.contains("error"));
    EXPECT_EQ(sh(root / "machine/workspace/origin", "git rev-parse HEAD; git status --porcelain"), before);
    EXPECT_EQ(read(root / "machine/workspace/origin/done.txt"), "done\n");
    EXPECT_FALSE(std::filesystem::exists(root / "machine/assessor"));
    const auto opened = *backend->opened.lock();
    ASSERT_EQ(opened.size(), 2u);
    EXPECT_NE(opened[0].session_id, opened[1].session_id);
    EXPECT_TRUE(opened[1].checkpoint.empty());
    EXPECT_EQ(opened[1].environment.count("MURMUR_TOKEN"), 0u);
    EXPECT_EQ(texts("ASSISTANT_TEXT").size(), 0u) << "what it says is no part of the session";
    message("msg-2", "echo on");
    server.wait_report("turnEnded", 2);
    stop();
}

TEST_F(SessionCommandTest, AnAssessorSeesWhatIsNotCommitted) {
    backend->pattern.commit_changes = false;
    start("echo new > new.txt; echo changed > README.md; rm src/app.txt");
    server.wait_report("turnEnded");
    server.command({{"assess", json::object{{"prompt",
                                             "cat new.txt README.md; ls src 2>/dev/null; git status --short | "
                                             "sort | tr '\\n' ' '"}}}});
    EXPECT_EQ(server.wait_report("assessed").at("answer"), " D src/app.txt  M README.md ?? new.txt ");
    stop();
}

TEST_F(SessionCommandTest, AnAssessorThatFailsIsToldAndNotFatal) {
    start("echo one");
    server.wait_report("turnEnded");
    server.command({{"assess", json::object{{"prompt", "exit 3"}}}});
    EXPECT_NE(server.wait_report("assessed").at("error").at("message").as_string().find("assessor"), std::string::npos);
    options.session.assessor = std::chrono::milliseconds(100);
    message("msg-2", "echo two");
    EXPECT_EQ(server.wait_report("turnEnded", 2).at("success"), true);
    stop();
}

TEST_F(SessionCommandTest, AnAssessorThatTakesTooLongIsEnded) {
    options.session.assessor = std::chrono::milliseconds(100);
    start("echo one");
    server.wait_report("turnEnded");
    server.command({{"assess", json::object{{"prompt", "sleep 1000"}}}});
    EXPECT_EQ(server.wait_report("assessed").at("error").at("code"), "deadline_exceeded");
    stop();
}

TEST_F(SessionCommandTest, AStopEndsTheAssessor) {
    start("echo one");
    server.wait_report("turnEnded");
    server.command({{"assess", json::object{{"prompt", "echo up > " + (root / "up").string() + "; sleep 1000"}}}});
    sh(root, "until test -e up; do :; done");
    EXPECT_EQ(stop().at("outcome"), "completed");
    EXPECT_EQ(last("assessed").at("error").at("code"), "aborted");
}

TEST_F(SessionCommandTest, TheAgentsOwnProcessOutlivesItsAssessor) {
    backend->persistent = true;
    start("echo pid $$");
    server.wait_report("turnEnded");
    backend->opened.lock()->clear();
    server.command({{"assess", json::object{{"prompt", "echo judged"}}}});
    EXPECT_EQ(server.wait_report("assessed").at("answer"), "judged");
    message("msg-2", "echo pid $$");
    server.wait_report("turnEnded", 2);
    const auto lines = texts("ASSISTANT_TEXT");
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0], lines[1]);
    stop();
}

TEST_F(SessionCommandTest, AMessageWithinATurnIsToldWhenItIsTakenIn) {
    backend->persistent = true;
    backend->extra.message_mid_turn = true;
    start("read -r more; eval \"$more\"");
    server.wait_report("turnStarted");
    server.command(
        {{"messages", json::object{{"midTurn", true},
                                   {"messages", json::array{json::object{{"id", "msg-2"}, {"text", "echo heard"}}}}}}});
    const json::object taken = server.wait_report("messagesTaken");
    EXPECT_EQ(taken.at("messageIds"), json::array{"msg-2"});
    EXPECT_EQ(taken.at("turn"), 1);
    server.wait_report("turnEnded");
    EXPECT_EQ(texts("ASSISTANT_TEXT"), std::vector<std::string>{"heard"});
    EXPECT_EQ(count("turnStarted"), 1u);
    stop();
}

TEST_F(SessionCommandTest, AModeThatTheBackendDoesNotHaveIsRefused) {
    start("x", {{"sessionMode", "interactive"}});
    const json::object end = ended();
    EXPECT_EQ(end.at("error").at("message"), "the backend \"fake\" has no interactive mode");
    EXPECT_NE(end.at("error").at("hint").as_string().find("--stream"), std::string::npos);
}

TEST_F(SessionCommandTest, ThePersonaReachesTheBackend) {
    start("echo x", {{"tools", json::array{"Read"}},
                     {"disallowedTools", json::array{"Bash"}},
                     {"maxTurns", 7},
                     {"sessionMode", "streaming"},
                     {"fork", true},
                     {"checkpoint", json::object{{"of", "another"}}}});
    server.wait_report("turnEnded");
    stop();
    const SessionSpec spec = backend->opened.lock()->front();
    EXPECT_EQ(spec.tools, std::vector<std::string>{"Read"});
    EXPECT_EQ(spec.disallowed_tools, std::vector<std::string>{"Bash"});
    EXPECT_EQ(spec.max_turns, 7);
    EXPECT_EQ(spec.mode, SessionMode::streaming);
    EXPECT_TRUE(spec.fork_checkpoint);
}

TEST_F(SessionCommandTest, AnAgentFindsMurmurFirstInItsPath) {
    write(root / "programs/murmur", "#!/bin/sh\necho murmur for $MURMUR_SLUG with $MURMUR_TOKEN\n");
    sh(root, "chmod +x programs/murmur");
    options.programs = root / "programs";
    start("murmur", {{"environment", json::object{{"MURMUR_TOKEN", "t-1"}}}});
    server.wait_report("turnEnded");
    EXPECT_EQ(texts("ASSISTANT_TEXT"), std::vector<std::string>{"murmur for fix with t-1"});
    stop();
}

}
}
