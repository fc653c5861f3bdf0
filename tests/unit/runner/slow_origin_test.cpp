#include "supervisor_fixture.hpp"

namespace murmur::runner {
namespace {

/// An origin that takes a push and never answers.
class SlowOriginTest : public SupervisorTest {
protected:
    SlowOriginTest() {
        options.push.turn = options.push.before_saving = std::chrono::milliseconds(300);
        options.push.before_saving_hurried = options.push.last_hurried = std::chrono::milliseconds(300);
    }
    ~SlowOriginTest() override { go_on(); }
    /// From the next push on.
    void stand_still() {
        sh(root, "mkfifo held");
        write(origin / "hooks/pre-receive", "#!/bin/sh\nexec cat '" + (root / "held").string() + "' >/dev/null\n");
        sh(origin, "chmod +x hooks/pre-receive");
    }
    void go_on() {
        std::filesystem::remove(origin / "hooks/pre-receive");
        if (std::filesystem::exists(root / "held")) std::fstream(root / "held", std::ios::in | std::ios::out);
    }
    static constexpr const char* commit = "echo work >> work; git add work; git commit -qm Work";
};

TEST_F(SlowOriginTest, IsToldAndKeepsNobodyFromTheNextTurn) {
    options.push.last = std::chrono::minutes(10);
    start("echo ready");
    server.wait_report("turnEnded");
    stand_still();
    message("msg-2", commit);
    server.wait_report("turnEnded", 2);
    const json::object failed = server.wait_report("pushFailed");
    EXPECT_NE(failed.at("message").as_string().find("has had no answer for"), std::string::npos) << failed;
    message("msg-3", "echo more");
    server.wait_report("turnEnded", 3);
    EXPECT_EQ(count("pushFailed"), 1u) << "one push is told of once";
    EXPECT_EQ(count("snapshot"), 3u) << "each turn is saved, pushed or not";
    server.command({{"stop", json::object{{"reason", "test"}}}});
    go_on();
    EXPECT_EQ(ended().at("saved"), true);
    EXPECT_EQ(on_origin("git log -1 --format=%s"), "Work") << "what took its time has arrived";
}

TEST_F(SlowOriginTest, KeepsNobodyFromSavingAndEnding) {
    options.push.last = std::chrono::milliseconds(300);
    start("echo ready");
    server.wait_report("turnEnded");
    stand_still();
    message("msg-2", std::string(commit) + "; echo draft > draft");
    server.wait_report("turnEnded", 2);
    EXPECT_EQ(stop().at("saved"), true);
    EXPECT_NE(last("snapshot").at("repos").at(0).at("bundleSha256").as_string(), "");
    EXPECT_NE(last("pushFailed").at("message").as_string().find("was cut short"), std::string::npos);
}

TEST_F(SlowOriginTest, KeepsNoRescueFromSaving) {
    options.push.last = std::chrono::milliseconds(300);
    backend->pattern.commit_changes = false;
    start("echo ready");
    server.wait_report("turnEnded");
    stand_still();
    message("msg-2", std::string(commit) + "; echo draft > draft; sleep 1000");
    server.wait_report("commits");
    lose_runner();
    next_life();
    start("", {{"messages", json::array()}, {"rescue", true}});
    EXPECT_EQ(ended().at("saved"), true);
    EXPECT_NE(last("snapshot").at("repos").at(0).at("bundleSha256").as_string(), "");
}

}
}
