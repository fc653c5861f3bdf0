#include "lifecycle_world.hpp"

namespace murmur {
namespace {

constexpr const char* web = "https://github.com/acme/web.git";
constexpr const char* api = "git@github.com:acme/api.git";
constexpr const char* other_api = "https://git.example/lib/api";

struct BaseMovedTest : ::testing::Test, LifecycleWorld {
    BaseMovedTest() {
        command::Spawn command = spawn_command();
        command.repos.clear();
        for (const char* url : {web, api, other_api})
            command.repos.push_back({.clone_url = url, .base_branch = "main", .branch = "b", .head = ""});
        apply(command);
        start_machine();
        attach();
        report("sessionStarted", {{"backend", "command"}});
        start_turn();
    }
    void move(const char* url, const char* result, const json::array& files = {}, const char* base = "main") {
        report("baseMoved", {{"cloneUrl", url},
                             {"baseBranch", base},
                             {"sha", "0123456789abcdef"},
                             {"result", result},
                             {"files", files}});
    }
    std::size_t told() const {
        return static_cast<std::size_t>(std::count_if(
            effects.begin(), effects.end(), [](const Effect& effect) { return effect.body.contains("messages"); }));
    }
    ConflictResolution resolution(std::size_t repo) const { return agent.repos.at(repo).conflict_resolution; }
};

TEST_F(BaseMovedTest, WhatNeedsNobodyIsAnEventAlone) {
    end_turn();
    for (const char* result : {"merged", "rebased", "ignored"}) move(web, result);
    EXPECT_EQ(agent.phase, Phase::task_complete);
    EXPECT_TRUE(agent.queue.empty());
    EXPECT_TRUE(has_event("base", "main moved to 0123456789: rebased"));
}

TEST_F(BaseMovedTest, AConflictIsWorkForTheNextTurn) {
    move(web, "conflict", {"a.go", "b.go"});
    EXPECT_EQ(told(), 0u) << "it is said between turns";
    ASSERT_EQ(agent.queue.size(), 1u);
    EXPECT_EQ(agent.queue[0].source, "file_changed");
    end_turn();
    EXPECT_EQ(agent.phase, Phase::running);
    const std::string text = delivered_texts().back();
    for (const char* part : {"\"main\"", web, "- a.go\n- b.go\n", "git merge origin/main", "commit the merge"})
        EXPECT_NE(text.find(part), std::string::npos) << part << " is not in: " << text;
}

TEST_F(BaseMovedTest, AConflictBeginsATurnOfOneThatRests) {
    apply(command::SetConflictResolution{web, ConflictResolution::rebase});
    end_turn();
    move(web, "conflict");
    EXPECT_EQ(agent.phase, Phase::running);
    const std::string text = delivered_texts().back();
    EXPECT_NE(text.find("git rebase origin/main"), std::string::npos) << text;
    EXPECT_NE(text.find("git rebase --continue"), std::string::npos) << text;
}

TEST_F(BaseMovedTest, ABaseThatMovesOnReplacesWhatWasSaidOfIt) {
    move(web, "conflict", {"a.go"});
    move(api, "conflict", {"c.go"});
    move(web, "conflict", {"b.go"}, "next");
    move(web, "conflict", {"z.go"});
    ASSERT_EQ(agent.queue.size(), 3u) << "one for each base";
    EXPECT_NE(agent.queue[2].text.find("z.go"), std::string::npos);
    for (const FollowUp& message : agent.queue) EXPECT_EQ(message.text.find("a.go"), std::string::npos);
}

TEST_F(BaseMovedTest, AConflictThatIsNoMoreIsNotTold) {
    move(web, "conflict", {"a.go"});
    move(api, "conflict", {"c.go"});
    move(web, "merged");
    ASSERT_EQ(agent.queue.size(), 1u) << "what was said of the other one stays";
    EXPECT_NE(agent.queue[0].text.find("c.go"), std::string::npos);
}

TEST_F(BaseMovedTest, OneThatEndsIsNotGivenWork) {
    apply(command::Stop{});
    move(web, "conflict", {"a.go"});
    EXPECT_TRUE(agent.queue.empty());
    EXPECT_TRUE(has_event("base", "conflict"));
}

TEST_F(BaseMovedTest, ARepositoryIsNamedByTheEndOfItsUrl) {
    apply(command::SetConflictResolution{"acme/web", ConflictResolution::rebase});
    EXPECT_EQ(resolution(0), ConflictResolution::rebase);
    apply(command::SetConflictResolution{"web.git", ConflictResolution::none});
    EXPECT_EQ(resolution(0), ConflictResolution::none);
    apply(command::SetConflictResolution{"acme/api/", ConflictResolution::rebase});
    EXPECT_EQ(resolution(1), ConflictResolution::rebase);
    EXPECT_EQ(resolution(2), ConflictResolution::merge);
    const json::object& told = last(EffectKind::send_command).body.at("settings").as_object();
    EXPECT_EQ(told.at("repos"), (json::array{json::object{{"cloneUrl", api}, {"conflictResolution", "rebase"}}}));
    const std::size_t before = effects.size();
    apply(command::SetConflictResolution{"acme/api", ConflictResolution::rebase});
    EXPECT_EQ(effects.size(), before) << "it is so already";
}

TEST_F(BaseMovedTest, ANameThatFitsSeveralOrNoneIsRefused) {
    const auto refuse = [&](const char* name) {
        try {
            decide(agent, command::SetConflictResolution{name, ConflictResolution::none}, policy, now);
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << name << " was not refused";
        return Error(Errc::unknown, "");
    };
    const Error several = refuse("api");
    EXPECT_EQ(several.code(), Errc::invalid_argument);
    EXPECT_EQ(several.message(), "repository \"api\" could be several");
    EXPECT_NE(several.hint().find(other_api), std::string::npos) << several.hint();
    for (const char* name : {"pi", "", "acme/we", "/", "x/acme/web"})
        EXPECT_EQ(refuse(name).code(), Errc::not_found) << name;
    apply(command::SetConflictResolution{other_api, ConflictResolution::none});
    EXPECT_EQ(resolution(2), ConflictResolution::none) << "its whole URL is never ambiguous";
}

TEST_F(BaseMovedTest, ItIsKnownToTheNextRunnerToo) {
    apply(command::SetConflictResolution{"acme/web", ConflictResolution::rebase});
    lose_runner();
    restart();
    report("workspaceReady", {{"repos", json::array{json::object{{"cloneUrl", web}, {"branch", "b"}}}}});
    EXPECT_EQ(resolution(0), ConflictResolution::rebase);
}

}
}
