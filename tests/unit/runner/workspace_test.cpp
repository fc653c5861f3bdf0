#include "supervisor_fixture.hpp"

namespace murmur::runner {
namespace {

class WorkspaceTest : public SupervisorTest {
protected:
    static constexpr const char* hook = ".murmur/hooks/prepare-workspace.sh";

    /// An origin whose main has this hook.
    std::filesystem::path origin_with_hook(const std::string& name, const std::string& script) {
        const std::filesystem::path made = make_origin(name + ".git");
        sh(root, "git clone -q '" + made.string() + "' edit-" + name);
        const std::filesystem::path edit = root / ("edit-" + name);
        write(edit / hook, script);
        sh(edit, "git add -A && git commit -qm hook && git push -q origin HEAD");
        return made;
    }
    json::object repos(const std::vector<std::filesystem::path>& origins) const {
        json::array list;
        for (const std::filesystem::path& one : origins)
            list.push_back(json::object{{"cloneUrl", one.string()}, {"branch", branch}});
        return {{"repos", std::move(list)}};
    }
};

TEST_F(WorkspaceTest, SeveralRepositoriesAreClonedWatchedAndPushed) {
    const auto api = make_origin("api.git"), web = make_origin("web.git");
    start("pwd; echo a > a; git add a; git commit -qm InApi; cd ../web; echo w > w; git add w; git commit -qm InWeb",
          repos({api, web}));
    server.wait_report("turnEnded");
    const json::array ready = server.wait_report("workspaceReady").at("repos").as_array();
    ASSERT_EQ(ready.size(), 2u);
    EXPECT_EQ(ready[0].at("cloneUrl").as_string(), api.string());
    EXPECT_EQ(texts("ASSISTANT_TEXT"), std::vector<std::string>{(root / "machine/workspace/api").string()});
    stop();
    EXPECT_EQ(sh(api, std::string("git log -1 --format=%s ") + branch), "InApi");
    EXPECT_EQ(sh(web, std::string("git log -1 --format=%s ") + branch), "InWeb");
}

TEST_F(WorkspaceTest, TwoRepositoriesOfOneNameHaveFoldersOfTheirOwn) {
    std::filesystem::create_directories(root / "one");
    std::filesystem::create_directories(root / "two");
    const auto first = make_origin("one/api.git"), second = make_origin("two/api.git");
    start("ls ..", repos({first, second}));
    server.wait_report("turnEnded");
    EXPECT_EQ(texts("ASSISTANT_TEXT"), (std::vector<std::string>{"api", "api-2"}));
    lose_runner();
    next_life();
    json::object again = repos({first, second});
    again["messages"] = json::array{json::object{{"id", "m2"}, {"text", "git -C ../api-2 remote get-url origin"}}};
    start("", again);
    server.wait_report("turnEnded");
    EXPECT_EQ(texts("ASSISTANT_TEXT"), std::vector<std::string>{second.string()});
    stop();
}

TEST_F(WorkspaceTest, ASecondRepositoryThatCannotBeClonedEndsTheSpawn) {
    start("x", repos({origin, root / "missing.git"}));
    const json::object end = ended();
    EXPECT_EQ(end.at("error").at("code"), "not_found");
    EXPECT_NE(json::serialize(end).find("missing.git"), std::string::npos);
    EXPECT_EQ(end.at("saved"), true) << "there was no work yet";
}

TEST_F(WorkspaceTest, HooksRunInOrderBeforeTheAgentWithItsEnvironment) {
    const auto one = origin_with_hook("one", "echo one $MURMUR_HOOK $KEY $MURMUR_SLUG; pwd; echo one >> ../../order\n");
    const auto two = origin_with_hook("two", "echo two >&2; echo two >> ../../order; [[ $BASH_VERSION ]]\n");
    json::object more = repos({one, two});
    more["environment"] = json::object{{"KEY", "given"}};
    start("cat ../../order | tr '\\n' ' '", more);
    server.wait_report("turnEnded");
    EXPECT_EQ(texts("ASSISTANT_TEXT"), std::vector<std::string>{"one two "});
    EXPECT_EQ(texts("STDERR"), (std::vector<std::string>{"one prepare-workspace given fix",
                                                         (root / "machine/workspace/one").string(), "two"}));
    stop();
}

TEST_F(WorkspaceTest, HooksRunOnceOnAMachine) {
    const auto one = origin_with_hook("one", "echo ran >> ../../runs\n");
    start("echo x", repos({one}));
    server.wait_report("turnEnded");
    lose_runner();
    next_life();
    json::object again = repos({one});
    again["messages"] = json::array{json::object{{"id", "m2"}, {"text", "cat ../../runs"}}};
    start("", again);
    server.wait_report("turnEnded");
    EXPECT_EQ(texts("ASSISTANT_TEXT"), std::vector<std::string>{"ran"});
    stop();
    next_life();
    options.machine_directory = root / "another";
    std::filesystem::create_directories(options.machine_directory);
    start("cat ../../runs", repos({one}));
    server.wait_report("turnEnded");
    EXPECT_EQ(texts("ASSISTANT_TEXT"), std::vector<std::string>{"ran"}) << "again on a fresh machine";
    stop();
}

TEST_F(WorkspaceTest, AHookThatFailsEndsTheSpawnWithItsLastWords) {
    const auto one = origin_with_hook("one", "echo fetching; echo 'no such package' >&2; exit 4\n");
    start("never", repos({one}));
    const json::object end = ended();
    EXPECT_EQ(end.at("error").at("code"), "failed_precondition");
    EXPECT_EQ(end.at("error").at("message").as_string(),
              std::string("the hook ") + hook + " of \"one\" failed with exit code 4: no such package");
    EXPECT_NE(end.at("error").at("hint").as_string().find("fetching"), std::string::npos);
    EXPECT_EQ(count("turnStarted"), 0u);
}

TEST_F(WorkspaceTest, HooksShareOneBudget) {
    options.hooks = std::chrono::milliseconds(300);
    const auto one = origin_with_hook("one", "sleep 1000 & sleep 1000\n");
    start("never", repos({one}));
    const json::object end = ended();
    EXPECT_EQ(end.at("error").at("code"), "deadline_exceeded");
    EXPECT_NE(end.at("error").at("message").as_string().find("300ms"), std::string::npos);
}

TEST_F(WorkspaceTest, AStopEndsAHookAtOnce) {
    const auto one = origin_with_hook("one", "echo up > ../../up; sleep 1000\n");
    start("never", repos({one}));
    sh(root, "until test -e machine/up; do :; done");
    const json::object end = stop();
    EXPECT_EQ(end.at("outcome"), "completed");
    EXPECT_EQ(count("turnStarted"), 0u);
}

TEST_F(WorkspaceTest, AStopEndsACloneThatHangsAtOnce) {
    options.preparation_grace = std::chrono::minutes(5);  // so that only the stop itself can end it
    start("never",
          {{"repos", json::array{json::object{{"cloneUrl", "ssh://git@example.invalid/x.git"}, {"branch", branch}}}},
           {"environment",
            json::object{{"GIT_SSH_COMMAND", "echo up > " + (root / "up").string() + "; exec sleep 1000; :"}}}});
    sh(root, "until test -e up; do :; done");
    const json::object end = stop();
    EXPECT_EQ(end.at("outcome"), "completed");
    EXPECT_EQ(end.at("saved"), true);
}

TEST_F(WorkspaceTest, MessagesThatComeWhileItIsPreparedAreKeptInOrder) {
    const auto one = origin_with_hook("one", "echo up > ../../up; until test -e ../../go; do sleep 0.01; done\n");
    start("echo first", repos({one}));
    sh(root, "until test -e machine/up; do :; done");
    message("msg-2", "echo second");
    message("msg-3", "echo third");
    sh(root, "touch machine/go");
    server.wait_report("turnEnded");
    ASSERT_TRUE(server.wait([](const FakeServer::Seen& seen) {
        std::size_t said = 0;
        for (const json::object& report : seen.reports)
            if (const json::value* event = report.if_contains("sessionEvent"))
                said += event->at("kind") == "ASSISTANT_TEXT";
        return said == 3;
    }));
    EXPECT_EQ(texts("ASSISTANT_TEXT"), (std::vector<std::string>{"first", "second", "third"}));
    stop();
}

}
}
