#include <base/base64.hpp>
#include <base/secret_forms.hpp>

#include "supervisor_fixture.hpp"

namespace murmur::runner {
namespace {

TEST_F(SupervisorTest, RunsATurnFromCloneToPushedCommit) {
    start("echo working; sed -i s/Titel/Title/ README.md; echo hm >&2");
    const json::object turn = server.wait_report("turnEnded");
    EXPECT_EQ(turn.at("success"), true);
    EXPECT_EQ(turn.at("stderrTail"), "hm\n");
    EXPECT_EQ(server.wait_report("turnStarted").at("messageIds").at(0), "msg-1");
    server.wait_report("pushed", 2);  // the empty branch first
    EXPECT_EQ(on_origin("git log -1 --format='%an %s'"),
              "Alice echo working; sed -i s/Titel/Title/ README.md; echo hm >&2");
    const json::object commits = server.wait_report("commits");
    EXPECT_EQ(commits.at("cloneUrl").as_string(), origin.string());
    EXPECT_EQ(commits.at("commits").at(0).at("files"), json::array{"README.md"});
    EXPECT_EQ(texts("ASSISTANT_TEXT"), std::vector<std::string>{"working"});
    EXPECT_EQ(stop().at("outcome"), "completed");
    EXPECT_EQ(exit_code, 0);
    EXPECT_TRUE(blobs.blobs.lock()->empty()) << "nothing was left to keep";
}

TEST_F(SupervisorTest, ReportsCommitsWhileTheTurnRuns) {
    sh(root, "mkfifo fifo");
    start("echo x > x; git add x; git commit -qm 'Midway'; read forever < '" + (root / "fifo").string() + "'");
    EXPECT_EQ(server.wait_report("commits").at("commits").at(0).at("subject"), "Midway");
    server.wait_report("pushed", 2);
    EXPECT_EQ(on_origin("git log -1 --format=%s"), "Midway");
    stop();
}

TEST_F(SupervisorTest, BeginsTheNextTurnWithMessages) {
    start("echo first");
    server.wait_report("turnEnded");
    message("msg-2", "echo second");
    EXPECT_EQ(server.wait_report("turnStarted", 2).at("messageIds").at(0), "msg-2");
    server.wait_report("turnEnded", 2);
    EXPECT_EQ(texts("ASSISTANT_TEXT"), (std::vector<std::string>{"first", "second"}));
    stop();
}

TEST_F(SupervisorTest, KeepsOneProcessForAPersistentBackend) {
    backend->persistent = true;
    start("echo pid $$");
    server.wait_report("turnEnded");
    message("msg-2", "echo pid $$");
    server.wait_report("turnEnded", 2);
    const auto lines = texts("ASSISTANT_TEXT");
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0], lines[1]);
    EXPECT_EQ(stop().at("outcome"), "completed");
}

TEST_F(SupervisorTest, FailsWhenAPersistentBackendDies) {
    backend->persistent = true;
    start("echo oops >&2; exit 7");
    const json::object end = ended();
    EXPECT_EQ(end.at("outcome"), "failed");
    EXPECT_EQ(end.at("exitCode"), 7);
    EXPECT_EQ(end.at("stderrTail"), "oops\n");
    EXPECT_EQ(exit_code, 1);
}

TEST_F(SupervisorTest, TellsExitCodeAndSignalOfATurn) {
    start("exit 3");
    EXPECT_EQ(server.wait_report("turnEnded").at("stopReason"), "exit 3");
    message("msg-2", "kill -9 $$");
    const json::object second = server.wait_report("turnEnded", 2);
    EXPECT_EQ(second.at("signal"), 9);
    EXPECT_EQ(second.at("success"), false);
    stop();
}

TEST_F(SupervisorTest, InterruptsATurnAndGoesOn) {
    options.session.term_grace = std::chrono::minutes(1);  // it dies of SIGTERM, however long that takes
    start("trap '' INT; echo up; while :; do sleep 0.01; done");
    ASSERT_TRUE(server.wait(
        [](const auto& seen) { return !seen.reports.empty() && seen.reports.back().contains("sessionEvent"); }));
    server.command({{"interrupt", json::object{}}});  // ignored by the program: SIGTERM comes after the grace
    const json::object turn = server.wait_report("turnEnded");
    EXPECT_EQ(turn.at("stopReason"), "interrupted");
    EXPECT_EQ(turn.at("signal"), SIGTERM);
    message("msg-2", "echo on");
    EXPECT_EQ(server.wait_report("turnEnded", 2).at("success"), true);
    stop();
}

TEST_F(SupervisorTest, KillsWhatIgnoresEverySignal) {
    start("trap '' INT TERM; echo up; while :; do sleep 0.01; done");
    ASSERT_TRUE(server.wait(
        [](const auto& seen) { return !seen.reports.empty() && seen.reports.back().contains("sessionEvent"); }));
    EXPECT_EQ(stop().at("outcome"), "completed");
    EXPECT_EQ(server.wait_report("turnEnded").at("signal"), SIGKILL);
}

TEST_F(SupervisorTest, EndsATurnThatRunsTooLong) {
    backend->pattern.time_limit = std::chrono::milliseconds(100);
    start("sleep 1000");
    const json::object turn = server.wait_report("turnEnded");
    EXPECT_EQ(turn.at("stopReason"), "timeout after 100ms");
    EXPECT_EQ(turn.at("success"), false);
    EXPECT_NE(texts("ERROR").at(0).find("longer than 100ms"), std::string::npos);
    stop();
}

TEST_F(SupervisorTest, FailsWithTheNameOfAMissingProgram) {
    backend->pattern.argv = {"no-such-cli"};
    start("x");
    const json::object end = ended();
    EXPECT_EQ(end.at("outcome"), "failed");
    EXPECT_EQ(end.at("error").at("code"), "not_found");
    EXPECT_NE(end.at("error").at("message").as_string().find("no-such-cli"), std::string::npos);
}

TEST_F(SupervisorTest, FailsWhenTheOriginRefusesThePush) {
    write(origin / "hooks/pre-receive", "#!/bin/sh\necho 'closed for the season'\nexit 1\n");
    sh(origin, "chmod +x hooks/pre-receive");
    start("x");
    const json::object end = ended();
    EXPECT_EQ(end.at("error").at("code"), "permission_denied");
    EXPECT_NE(end.at("error").at("message").as_string().find("closed for the season"), std::string::npos);
}

TEST_F(SupervisorTest, SavesWorkThatCannotBePushed) {
    start("echo one");
    server.wait_report("turnEnded");
    write(origin / "hooks/pre-receive", "#!/bin/sh\necho 'frozen'\nexit 1\n");
    sh(origin, "chmod +x hooks/pre-receive");
    message("msg-2", "echo precious > p; git add p; git commit -qm 'Precious'");
    EXPECT_NE(server.wait_report("pushFailed").at("message").as_string().find("frozen"), std::string::npos);
    EXPECT_EQ(stop().at("saved"), true);
    const json::object repo = last("snapshot").at("repos").at(0).as_object();
    write(root / "saved.bundle", blobs.blobs.lock()->at(std::string(repo.at("bundleSha256").as_string())));
    sh(root, std::string("git clone -q origin.git fresh && cd fresh && git fetch -q ../saved.bundle ") + branch +
                 " && git show FETCH_HEAD:p | grep -q precious");
}

TEST_F(SupervisorTest, KeepsUncommittedChangesWhenTheyAreNotToBeCommitted) {
    backend->pattern.commit_changes = false;
    start("echo draft > draft.txt");
    server.wait_report("snapshot");
    EXPECT_NE(last("snapshot").at("repos").at(0).at("uncommitted").as_string(), "");
    EXPECT_EQ(stop().at("saved"), true);
}

TEST_F(SupervisorTest, WorksOnWhileMurmurdIsAway) {
    sh(root, "mkfifo fifo");
    start("echo begin; read x < '" + (root / "fifo").string() + "'; echo end");
    ASSERT_TRUE(server.wait(
        [](const auto& seen) { return !seen.reports.empty() && seen.reports.back().contains("sessionEvent"); }));
    const auto pid = server.wait_report("turnStarted").at("pid");
    server.disconnect(true);
    sh(root, "echo go > fifo");
    sh(root, "until test \"$(git -C machine/workspace/origin log -1 --format=%s 2>&1)\" != x; do :; done");
    server.allow();
    EXPECT_EQ(server.wait_report("turnEnded").at("success"), true);
    EXPECT_EQ(server.wait_report("turnStarted").at("pid"), pid);
    EXPECT_EQ(texts("ASSISTANT_TEXT"), (std::vector<std::string>{"begin", "end"})) << "nothing is lost or told twice";
    stop();
}

TEST_F(SupervisorTest, GoesWithoutAWordWhenItIsFenced) {
    start("echo wip > w; echo up; sleep 1000");
    ASSERT_TRUE(server.wait(
        [](const auto& seen) { return !seen.reports.empty() && seen.reports.back().contains("sessionEvent"); }));
    server.send({{"fenced", json::object{{"reason", "another runs"}}}});
    thread.join();
    EXPECT_EQ(read(root / "machine/workspace/origin/w"), "wip\n") << "the next life finds it";
    EXPECT_EQ(count("sessionEnded"), 0u);
}

TEST_F(SupervisorTest, GivesTheProgramACleanEnvironment) {
    setenv("MURMUR_RUNNER_TOKEN", "secret-token", 1);
    setenv("SOME_PRIVATE_THING", "private", 1);
    start("env | sort", {{"environment", json::object{{"EXTRA", "given"}}}});
    server.wait_report("turnEnded");
    stop();
    std::string all;
    for (const std::string& line : texts("ASSISTANT_TEXT")) all += line + "\n";
    EXPECT_EQ(all.find("secret-token"), std::string::npos);
    EXPECT_EQ(all.find("SOME_PRIVATE_THING"), std::string::npos);
    for (const std::string& expected :
         {std::string("EXTRA=given"), "HOME=" + (root / "machine/home").string(), "MURMUR_USER_HOME=" + home.string(),
          std::string("GIT_AUTHOR_EMAIL=alice@example.org"), std::string("MURMUR_SLUG=fix"), std::string("TERM=dumb"),
          std::string("MURMUR_BRANCH=") + branch})
        EXPECT_NE(all.find(expected + "\n"), std::string::npos) << expected;
}

TEST_F(SupervisorTest, NothingThatItReportsHasASecretInIt) {
    const std::string secret = "s3cr\"t/w\\rd+x9";
    const std::vector<std::string> forms = secret_forms(secret);
    start(
        "printf '%s\\n' \"$TOKEN\" | tee /dev/stderr; printf '%s' \"$TOKEN\" | base64 | tee /dev/stderr\n"
        "printf 'ab%s' \"$TOKEN\" | base64; printf '%s' \"$TOKEN\" | od -An -v -tx1 | tr -d ' \\n'; echo\n"
        "printf '{\"token\":\"s3cr\\\\\"t/w\\\\\\\\rd+x9\"}\\n'\n"
        "printf '%.5s' \"$TOKEN\" >&2; printf '%s\\n' \"${TOKEN#?????}\" >&2\n"
        "printf '%s' \"$TOKEN\" > file; git add file; git commit -qm \"about $TOKEN\"\n"
        "printf '%70000s' '' | tr ' ' x; printf '%s\\n' \"$TOKEN\"; exit 3",
        {{"environment", json::object{{"TOKEN", secret}, {"PLAIN", "plainly visible"}}},
         {"secretEnvironment", json::array{"TOKEN"}}});
    const json::object turn = server.wait_report("turnEnded");
    server.wait_report("commits");
    stop();
    std::string all;
    for (const json::object& report : server.seen().reports) all += json::serialize(report) + "\n";
    for (const std::string& form : forms) EXPECT_EQ(all.find(form), std::string::npos) << form;
    EXPECT_NE(all.find("about [redacted]"), std::string::npos);
    EXPECT_NE(std::string(turn.at("stderrTail").as_string()).find("[redacted]\n"), std::string::npos);
    EXPECT_NE(all.find("xxxx"), std::string::npos);
    // The same without the list: the search does find what is there.
    FakeServer second;
    options.connector = second.connector();
    options.hello.incarnation = 2;
    second.command(
        {{"assignment", json::object{{"slug", "fix"},
                                     {"backend", "fake"},
                                     {"account", "alice"},
                                     {"environment", json::object{{"TOKEN", secret}}},
                                     {"messages", json::array{json::object{
                                                      {"id", "m"}, {"text", "printf '%s' \"$TOKEN\" | base64"}}}}}}});
    thread = std::thread([this] { exit_code = supervise(options); });
    second.wait_report("turnEnded");
    second.command({{"stop", json::object{{"reason", "test"}}}});
    second.wait_report("sessionEnded");
    thread.join();
    all.clear();
    for (const json::object& report : second.seen().reports) all += json::serialize(report);
    EXPECT_NE(all.find(to_base64(secret)), std::string::npos);
}

TEST_F(SupervisorTest, TakesAnEarlierIncarnationsCheckoutAsItIs) {
    start("echo kept > kept; git add kept; git commit -qm Kept");
    server.wait_report("turnEnded");
    stop();
    FakeServer second;
    options.connector = second.connector();
    options.hello.incarnation = 2;
    second.command(
        {{"assignment",
          json::object{{"slug", "fix"},
                       {"backend", "fake"},
                       {"account", "alice"},
                       {"repos", json::array{json::object{{"cloneUrl", origin.string()}, {"branch", branch}}}},
                       {"messages", json::array{json::object{{"id", "m"}, {"text", "cat kept"}}}}}}});
    std::thread again([this] { supervise(options); });
    EXPECT_EQ(second.wait_report("turnEnded").at("success"), true);
    second.command({{"stop", json::object{{"reason", "test"}}}});
    again.join();
}

}
}
