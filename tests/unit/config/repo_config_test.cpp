#include "config/repo_config.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <murmur/error.hpp>

namespace murmur {
namespace {

class RepoConfigTest : public testing::Test {
protected:
    RepoConfigTest() {
        std::string pattern = testing::TempDir() + "repo-config-XXXXXX";
        dir_ = ::mkdtemp(pattern.data());
        std::filesystem::create_directories(dir_ / "repo/.murmur");
        std::filesystem::create_directories(dir_ / "repo/src/deep");
    }
    ~RepoConfigTest() override { std::filesystem::remove_all(dir_); }

    void write(const std::string& name, const std::string& text) {
        std::ofstream(dir_ / "repo/.murmur" / name) << text;
    }
    RepoConfig load(const std::string& context = "") { return load_repo_config({dir_ / "repo/src/deep", context, {}}); }
    std::string failure(const std::string& context = "") {
        try {
            load(context);
        } catch (const Error& error) {
            return error.message() + " | " + error.hint();
        }
        return "no error";
    }

    std::filesystem::path dir_;
};

TEST_F(RepoConfigTest, WalksUpAndLaysTheLocalFileOver) {
    write("murmur.yaml",
          "tenant: {provider: github_app, org: acme}\nworkspace: api\nmodel: opus\n"
          "backends:\n  command: {argv: [a], shell: false}\n");
    write("murmur.local.yaml", "model: sonnet\nserver: http://localhost:1\nbackends:\n  command: {argv: [b]}\n");
    const RepoConfig config = load();
    EXPECT_EQ(config.root, dir_ / "repo");
    EXPECT_EQ(config.tenant, "github_app/acme");
    EXPECT_EQ(config.workspace, "api");
    EXPECT_EQ(config.model, "sonnet");
    EXPECT_TRUE(config.server_is_private);
    EXPECT_EQ(json::serialize(config.backends.at("command")), R"({"argv":["b"],"shell":false})");
    EXPECT_EQ(config.files.size(), 2u);
}

TEST_F(RepoConfigTest, NothingFoundIsAnEmptyConfiguration) { EXPECT_TRUE(load().files.empty()); }

TEST_F(RepoConfigTest, AFolderWithoutConfigurationIsPassedOver) {
    std::filesystem::create_directories(dir_ / "repo/src/.murmur/hooks");
    write("murmur.yaml", "workspace: api\n");
    EXPECT_EQ(load().workspace, "api");
}

TEST_F(RepoConfigTest, AContextTakesTheirPlace) {
    write("murmur.yaml", "workspace: api\nmodel: opus\n");
    write("murmur.staging.yaml", "workspace: api-staging\n");
    write("murmur.staging.local.yaml", "backend: claude\n");
    const RepoConfig config = load("staging");
    EXPECT_EQ(config.workspace, "api-staging");
    EXPECT_EQ(config.backend, "claude");
    EXPECT_EQ(config.model, "");
}

TEST_F(RepoConfigTest, AnUnknownContextNamesTheOthers) {
    EXPECT_EQ(failure("prod"),
              "there is no context \"prod\" | Create .murmur/murmur.prod.yaml, or leave out the context.");
    write("murmur.staging.yaml", "");
    write("murmur.eu.local.yaml", "");
    EXPECT_EQ(failure("stagin"), "there is no context \"stagin\" | Did you mean \"staging\"?");
    EXPECT_EQ(failure("prod"), "there is no context \"prod\" | The contexts in " + (dir_ / "repo/.murmur").string() +
                                   " are: eu, staging.");
}

TEST_F(RepoConfigTest, LimitsAreLaidOverOneByOne) {
    write("murmur.yaml", "limits: {max_cost: 2.50, max_turns: 40, max_time: 1h30m, max_children: 3}\n");
    write("murmur.local.yaml", "limits: {max_cost: 10, maxTurns: 0}\n");
    const LimitSettings limits = load().limits;
    EXPECT_DOUBLE_EQ(limits.max_cost, 10);
    EXPECT_EQ(limits.max_turns, 0);
    EXPECT_EQ(limits.max_time, std::chrono::minutes(90));
    EXPECT_EQ(limits.max_children, 3);
}

TEST_F(RepoConfigTest, LimitsComplainWithTheirPlace) {
    const std::string file = (dir_ / "repo/.murmur/murmur.yaml").string();
    write("murmur.yaml", "limits:\n  max_cost: cheap\n");
    EXPECT_EQ(failure(), file + ":2:3: limits.max_cost must be a number from 0 to 1000000 | ");
    write("murmur.yaml", "limits:\n  max_cost: -1\n");
    EXPECT_EQ(failure(), file + ":2:3: limits.max_cost must be a number from 0 to 1000000 | ");
    write("murmur.yaml", "limits:\n  max_costs: 1\n");
    EXPECT_EQ(failure(), file + ":2:3: limits.max_costs is not a known key | Did you mean \"max_cost\"?");
}

TEST_F(RepoConfigTest, ComplaintsHaveTheirPlace) {
    const std::string file = (dir_ / "repo/.murmur/murmur.yaml").string();
    write("murmur.yaml", "workspce: api\n");
    EXPECT_EQ(failure(), file + ":1:1: workspce is not a known key | Did you mean \"workspace\"?");
    write("murmur.yaml", "tenant:\n  orgg: a\n");
    EXPECT_EQ(failure(), file + ":2:3: tenant.orgg is not a known key | Did you mean \"org\"?");
    write("murmur.yaml", "fast_mode: yes\n");
    EXPECT_EQ(failure(), file + ":1:1: fast_mode must be true or false | ");
    write("murmur.yaml", "on_idle: keepalive\n");
    EXPECT_NE(failure().find("Did you mean \"keep-alive\"?"), std::string::npos);
}

TEST_F(RepoConfigTest, AGivenFileIsReadAlone) {
    write("murmur.yaml", "workspace: api\n");
    std::ofstream(dir_ / "other.yaml") << "model: opus\n";
    const RepoConfig config = load_repo_config({dir_ / "repo", "", dir_ / "other.yaml"});
    EXPECT_EQ(config.model, "opus");
    EXPECT_EQ(config.workspace, "");
    EXPECT_THROW(load_repo_config({dir_ / "repo", "", dir_ / "none.yaml"}), Error);
}

}
}
