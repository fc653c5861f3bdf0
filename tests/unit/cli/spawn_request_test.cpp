#include "cli/spawn_request.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "cli/command_list.hpp"

namespace murmur {
namespace {

class SpawnRequestTest : public testing::Test {
protected:
    SpawnRequestTest() {
        std::string pattern = std::filesystem::temp_directory_path() / "spawn-XXXXXX";
        dir_ = ::mkdtemp(pattern.data());
        ::setenv("HOME", dir_.c_str(), 1);
        ::setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
        ::setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
        for (const char* name : {"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"}) ::unsetenv(name);
        write(".git/HEAD", "ref: refs/heads/topic\n");
        write(".git/config",
              "[remote \"origin\"]\n url = https://example.org/x.git\n[user]\n name = Ada\n email = a@b\n");
    }
    ~SpawnRequestTest() override { std::filesystem::remove_all(dir_); }

    void write(const std::string& name, const std::string& text) {
        std::filesystem::create_directories((dir_ / name).parent_path());
        std::ofstream(dir_ / name) << text;
    }
    SpawnPlan plan(std::vector<std::string> words, const RepoConfig& config = {}) {
        words.insert(words.begin(), "spawn");
        return plan_spawn(parse_command_line(words, all_commands()).arguments, config, dir_);
    }
    std::string failure(std::vector<std::string> words, const RepoConfig& config = {}) {
        try {
            plan(std::move(words), config);
        } catch (const Error& error) {
            return error.message() + " | " + error.hint();
        }
        return "no error";
    }

    std::filesystem::path dir_;
};

TEST_F(SpawnRequestTest, TakesTheCurrentRepository) {
    write(".git/refs/remotes/origin/topic", "0123\n");
    const SpawnPlan spawn = plan({"fix-typo", "Fix", "the typo"});
    EXPECT_EQ(
        json::serialize(spawn.request),
        R"({"repos":[{"cloneUrl":"https://example.org/x.git","baseBranch":"topic"}],)"
        R"("sessionMode":"autonomous","gitName":"Ada","gitEmail":"a@b","slug":"fix-typo","prompt":"Fix the typo"})");
    EXPECT_EQ(spawn.note, "");
}

TEST_F(SpawnRequestTest, SaysWhenTheBranchIsNotOnOrigin) {
    const SpawnPlan spawn = plan({"fix", "x"});
    EXPECT_EQ(json::serialize(spawn.request.at("repos")), R"([{"cloneUrl":"https://example.org/x.git"}])");
    EXPECT_EQ(spawn.note, "branch \"topic\" is not on origin; the agent starts from origin's default branch");
}

TEST_F(SpawnRequestTest, SendsEveryFlag) {
    ::setenv("SPAWN_TEST_VALUE", "from here", 1);
    write("b/README", "");
    const json::object request = plan({"fix",
                                       "x",
                                       "-w",
                                       "api",
                                       "--purpose",
                                       "p",
                                       "--model",
                                       "m",
                                       "--backend",
                                       "b",
                                       "--reasoning-effort",
                                       "high",
                                       "--out",
                                       "pr",
                                       "--append-system-prompt",
                                       "s",
                                       "--on-idle",
                                       "keep-alive",
                                       "--dequeue-strategy",
                                       "one",
                                       "--repo",
                                       "https://x/a=main:work",
                                       "--repo",
                                       "sub/../b",
                                       "-e",
                                       "A=1=2",
                                       "-e",
                                       "SPAWN_TEST_VALUE",
                                       "--force-new",
                                       "--substrate",
                                       "local"})
                                     .request;
    EXPECT_EQ(
        json::serialize(request),
        R"({"workspace":"api","repos":[{"cloneUrl":"https://x/a","baseBranch":"main","workingBranch":"work"},)"
        R"({"cloneUrl":")" +
            (dir_ / "b").string() +
            R"("}],"model":"m","backend":"b","purpose":"p","reasoningEffort":"high",)"
            R"("expectedOutput":"pr","appendSystemPrompt":"s","substrate":"local","sessionMode":"autonomous",)"
            R"("onIdle":"keep-alive","dequeueStrategy":"one","forceNew":true,"env":[{"name":"A","value":"1=2"},{"name":"SPAWN_TEST_VALUE","value":"from here"}],)"
            R"("gitName":"Ada","gitEmail":"a@b","slug":"fix","prompt":"x"})");
}

TEST_F(SpawnRequestTest, TheConfigurationFillsIn) {
    RepoConfig config;
    config.workspace = "api";
    config.on_idle = "terminate";
    config.service_profile = "bot";
    config.backends["command"] = {{"argv", json::array{"x"}}};
    json::object request = plan({"fix", "x"}, config).request;
    EXPECT_EQ(request.at("workspace"), "api");
    EXPECT_EQ(request.at("workspaceDeclared"), true);
    // Nothing of it stands where a flag would: a persona comes before it.
    for (const char* field : {"onIdle", "model", "backend", "backendSettings", "serviceProfile"})
        EXPECT_FALSE(request.contains(field)) << field;
    EXPECT_EQ(
        json::serialize(request.at("defaults")),
        R"({"backend":"command","onIdle":"terminate","serviceProfile":"bot","backends":{"command":{"argv":["x"]}}})");
    request = plan({"fix", "x", "-w", "other", "--backend", "claude"}, config).request;
    EXPECT_EQ(request.at("workspace"), "other");
    EXPECT_EQ(request.at("backend"), "claude");
    EXPECT_FALSE(request.contains("workspaceDeclared"));
    config.model = "opus";
    config.backend = "claude";
    request = plan({"fix", "x"}, config).request;
    EXPECT_EQ(request.at("defaults").at("backend"), "claude");
    EXPECT_EQ(request.at("defaults").at("model"), "opus");
}

TEST_F(SpawnRequestTest, ComplaintsNameTheThingAndTheRemedy) {
    EXPECT_EQ(failure({"Fix_Typo", "x"}),
              "slug \"Fix_Typo\" must match [a-z][a-z0-9-]{0,62} | For example \"fix-typo\".");
    EXPECT_EQ(failure({"123", "x"}),
              "slug \"123\" must match [a-z][a-z0-9-]{0,62} | Begin with a letter, for example \"fix-typo\".");
    EXPECT_EQ(failure({std::string(64, 'a'), "x"}).find("no error"), std::string::npos);
    EXPECT_EQ(plan({"fix", "--purpose", "p"}).request.at("prompt"), "p") << "a goal is something to do";
    EXPECT_EQ(failure({"fix"}), "the agent has nothing to do | Say what it should do: murmur spawn fix \"…\".");
    EXPECT_EQ(failure({"fix", "-i"}), "no error") << "a person may begin";
    EXPECT_EQ(failure({"fix", "x", "-e", "SPAWN_TEST_UNSET"}),
              "-e SPAWN_TEST_UNSET: the variable is not set | Set it, or write -e SPAWN_TEST_UNSET=value.");
    EXPECT_EQ(failure({"fix", "x", "-e", "1A=x"}),
              "-e \"1A\" is not the name of a variable | Write it as -e NAME or -e NAME=value.");
    EXPECT_EQ(failure({"fix", "x", "--repo", "=main"}),
              "--repo \"=main\" has no URL | Write it as URL, URL=base or URL=base:working.");
    EXPECT_EQ(
        failure({"fix", "x", "--repo", "nothing=main"}),
        "--repo \"nothing\" is neither a URL nor a directory | Write it as https://…, git@host:path, or a path to a "
        "repository.");
    write(".git/config", "");
    EXPECT_EQ(failure({"fix", "x"}),
              "\"" + dir_.string() +
                  "\" has no remote named \"origin\" | An agent clones from there: run git remote add "
                  "origin URL and git push -u origin topic, or name another repository with --repo URL.");
    std::filesystem::remove_all(dir_ / ".git");
    EXPECT_EQ(failure({"fix", "x"}),
              "\"" + dir_.string() +
                  "\" is not in a git repository | Go to a checkout, or name a repository with --repo URL.");
    EXPECT_EQ(failure({"fix", "x", "--repo", "https://x/a"}), "no error");
}

TEST_F(SpawnRequestTest, AgentsThatGoOnNeedNoRepository) {
    std::filesystem::remove_all(dir_ / ".git");
    EXPECT_EQ(json::serialize(plan({"--resurrect", "fix"}).request), R"({"resurrect":true,"slug":"fix","prompt":""})");
    EXPECT_EQ(json::serialize(plan({"--fork-from", "fix", "try", "Another", "way"}).request),
              R"({"sessionMode":"autonomous","forkFrom":"fix","slug":"try","prompt":"Another way"})");
}

TEST_F(SpawnRequestTest, SaysWhatTheAgentIsToBe) {
    json::object request = plan({"fix",
                                 "x",
                                 "--agent",
                                 "architect",
                                 "--service-profile",
                                 "bot",
                                 "--stream",
                                 "--pilot",
                                 "--task",
                                 "one",
                                 "--task",
                                 "two",
                                 "--max-cost",
                                 "$2.50",
                                 "--max-turns",
                                 "7",
                                 "--max-time",
                                 "1h30m",
                                 "--max-children",
                                 "3",
                                 "--sleep-after",
                                 "90s"})
                               .request;
    EXPECT_EQ(request.at("persona"), "architect");
    EXPECT_EQ(request.at("serviceProfile"), "bot");
    EXPECT_EQ(request.at("sessionMode"), "streaming");
    EXPECT_EQ(request.at("pilot"), true);
    EXPECT_EQ(json::serialize(request.at("tasks")), R"(["one","two"])");
    EXPECT_EQ(json::serialize(request.at("budget")),
              R"({"maxCostUsd":2.5E0,"maxTurns":7,"maxTimeMs":"5400000","maxChildren":3})");
    EXPECT_EQ(request.at("sleepAfterMs"), "90000");
    EXPECT_EQ(plan({"fix", "x", "-i"}).request.at("sessionMode"), "interactive");
}

TEST_F(SpawnRequestTest, WhatContradictsItselfIsRefusedByName) {
    EXPECT_EQ(failure({"fix", "--resurrect", "--fork-from", "a"}), "--resurrect and --fork-from exclude each other | ");
    EXPECT_EQ(failure({"fix", "x", "-i", "--stream"}), "-i and --stream exclude each other | ");
    EXPECT_EQ(failure({"fix", "x", "--on-idle", "keep-alive", "--sleep-after", "5m"}),
              "--sleep-after and --on-idle keep-alive exclude each other | Only an agent with --on-idle sleep falls "
              "asleep.");
    EXPECT_EQ(failure({"fix", "x", "--max-cost", "0"}), "--max-cost must be above 0 | Leave it out for no limit.");
    EXPECT_EQ(failure({"fix", "x", "--max-cost", "5e"}),
              "--max-cost \"5e\" is no limit | Give US dollars: --max-cost 5 or --max-cost 0.50.");
    EXPECT_EQ(failure({"fix", "x", "--max-turns", "2.5"}),
              "--max-turns \"2.5\" is no limit | Give a whole number: --max-turns 20.");
    EXPECT_NE(failure({"fix", "x", "--max-time", "soon"}).find("Give a duration: --max-time 90s, 30m or 2h."),
              std::string::npos);
}

TEST_F(SpawnRequestTest, AChildIsWhereItsParentIs) {
    RepoConfig config;
    config.workspace = "api";
    ::setenv("MURMUR_SLUG", "parent", 1);
    const json::object request = plan({"fix", "x"}, config).request;
    ::unsetenv("MURMUR_SLUG");
    EXPECT_FALSE(request.contains("workspace"));
    EXPECT_FALSE(request.contains("workspaceDeclared"));
}

}
}
