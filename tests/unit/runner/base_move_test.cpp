#include "supervisor_fixture.hpp"

namespace murmur::runner {
namespace {

/// The base branch of the origin moves on while the agent works.
class BaseMoveTest : public SupervisorTest {
protected:
    void move_base(const std::string& command) {
        if (!std::filesystem::exists(root / "other")) sh(root, "git clone -q origin.git other");
        sh(root / "other", "git pull -q && " + command + " && git push -q");
    }
    json::object following(const std::string& resolution) const {
        return {{"repos", json::array{json::object{
                              {"cloneUrl", origin.string()}, {"branch", branch}, {"conflictResolution", resolution}}}}};
    }
    static constexpr const char* base_commit = "echo base > base.txt && git add -A && git commit -qm Base";
};

TEST_F(BaseMoveTest, IsMergedBeforeTheNextTurnAndPushed) {
    start("echo mine > mine; git add mine; git commit -qm Mine", following("merge"));
    server.wait_report("turnEnded");
    EXPECT_EQ(count("baseMoved"), 0u);
    move_base(base_commit);
    message("msg-2", "cat base.txt; git log -1 --format=%s");
    server.wait_report("turnEnded", 2);
    EXPECT_EQ(
        texts("ASSISTANT_TEXT"),
        (std::vector<std::string>{"base", "Merge remote-tracking branch 'origin/main' into " + std::string(branch)}));
    const json::object moved = server.wait_report("baseMoved");
    EXPECT_EQ(moved.at("result"), "merged");
    EXPECT_EQ(moved.at("sha").as_string(), sh(origin, "git rev-parse main"));
    stop();
    EXPECT_EQ(on_origin("git log -1 --format=%s --first-parent --skip=1"), "Mine");
    EXPECT_EQ(count("commits"), 1u) << "what came from the base is not the agent's work";
}

TEST_F(BaseMoveTest, IsRebasedOntoAndPushedOverTheOldBranch) {
    start("echo mine > mine; git add mine; git commit -qm Mine", following("rebase"));
    server.wait_report("turnEnded");
    move_base(base_commit);
    message("msg-2", "git log --format=%s -2 | tr '\\n' ' '");
    server.wait_report("turnEnded", 2);
    EXPECT_EQ(texts("ASSISTANT_TEXT"), std::vector<std::string>{"Mine Base "});
    EXPECT_EQ(server.wait_report("baseMoved").at("result"), "rebased");
    stop();
    EXPECT_EQ(on_origin("git log --format=%s -2"), "Mine\nBase");
    EXPECT_EQ(count("pushFailed"), 0u);
}

TEST_F(BaseMoveTest, IsLeftAloneForNoneUntilTheSettingChanges) {
    start("echo one", following("none"));
    server.wait_report("turnEnded");
    move_base(base_commit);
    message("msg-2", "ls base.txt 2>/dev/null || echo absent");
    server.wait_report("turnEnded", 2);
    EXPECT_EQ(texts("ASSISTANT_TEXT").back(), "absent");
    server.command({{"settings", json::object{{"repos", json::array{json::object{{"cloneUrl", origin.string()},
                                                                                 {"conflictResolution", "merge"}}}}}}});
    message("msg-3", "cat base.txt");
    server.wait_report("turnEnded", 3);
    EXPECT_EQ(texts("ASSISTANT_TEXT").back(), "base");
    EXPECT_EQ(count("baseMoved"), 1u);
    stop();
}

TEST_F(BaseMoveTest, AConflictChangesNothingAndIsToldOnce) {
    start("echo mine > README.md; git commit -qam Mine", following("merge"));
    server.wait_report("turnEnded");
    const std::string before = sh(root / "machine/workspace/origin", "git rev-parse HEAD");
    move_base("echo theirs > README.md && git commit -qam Theirs");
    message("msg-2", "git rev-parse HEAD; git status --porcelain; cat README.md");
    server.wait_report("turnEnded", 2);
    EXPECT_EQ(texts("ASSISTANT_TEXT"), (std::vector<std::string>{before, "mine"}));
    const json::object moved = server.wait_report("baseMoved");
    EXPECT_EQ(moved.at("result"), "conflict");
    EXPECT_EQ(moved.at("files"), json::array{"README.md"});
    message("msg-3", "echo on");
    server.wait_report("turnEnded", 3);
    EXPECT_EQ(count("baseMoved"), 1u);
    stop();
}

TEST_F(BaseMoveTest, IsNotLookedAtMoreOftenThanAllowed) {
    json::object assignment = following("merge");
    assignment["baseCheckIntervalMs"] = 3'600'000;
    start("echo one", std::move(assignment));
    server.wait_report("turnEnded");
    move_base(base_commit);
    message("msg-2", "ls base.txt 2>/dev/null || echo absent");
    server.wait_report("turnEnded", 2);
    EXPECT_EQ(texts("ASSISTANT_TEXT").back(), "absent");
    stop();
}

}
}
