#include "cli/git_checkout.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "cli/git_config_file.hpp"
#include "cli/program_output.hpp"

namespace murmur {
namespace {

TEST(GitConfigFile, ReadsTheWholeSyntax) {
    const auto entries = parse_git_config(
        "\xEF\xBB\xBF[core]\n\tbare = false ; c\n[Remote \"Or.ig\"] url = a\\tb # x\n[user]\nname = \" Ada \"  "
        "Lovelace  \n"
        "email=a@b\n[old.Style]\n  long = one \\\n two\nflag\n[url \"https://x/\"]\r\n\tinsteadOf = x:\r\n");
    EXPECT_EQ(git_config_value(entries, "core.bare"), "false");
    EXPECT_EQ(git_config_value(entries, "remote.Or.ig.url"), "a\tb");
    EXPECT_EQ(git_config_value(entries, "user.name"), " Ada   Lovelace");
    EXPECT_EQ(git_config_value(entries, "user.email"), "a@b");
    EXPECT_EQ(git_config_value(entries, "old.style.long"), "one  two");
    EXPECT_EQ(git_config_value(entries, "old.style.flag"), "true");
    EXPECT_EQ(rewrite_git_url(entries, "x:acme/api"), "https://x/acme/api");
    EXPECT_EQ(rewrite_git_url(entries, "y:acme/api"), "y:acme/api");
}

TEST(GitCheckout, ClonesUrlsBecomeAbsolute) {
    EXPECT_EQ(absolute_clone_url("../origin.git", "/a/b"), "/a/origin.git");
    EXPECT_EQ(absolute_clone_url("./x/", "/a/b"), "/a/b/x");
    EXPECT_EQ(absolute_clone_url("/abs", "/a"), "/abs");
    EXPECT_EQ(absolute_clone_url("git@github.com:acme/api.git", "/a"), "git@github.com:acme/api.git");
    EXPECT_EQ(absolute_clone_url("https://github.com/acme/api", "/a"), "https://github.com/acme/api");
    EXPECT_EQ(absolute_clone_url("file:///x", "/a"), "file:///x");
    EXPECT_EQ(absolute_clone_url("./od:d/x", "/a"), "/a/od:d/x");
}

/// What this reads is compared with real repositories that git made.
class GitCheckoutTest : public testing::Test {
protected:
    GitCheckoutTest() {
        std::string pattern = std::filesystem::temp_directory_path() / "checkout-XXXXXX";
        dir_ = ::mkdtemp(pattern.data());
        ::setenv("HOME", dir_.c_str(), 1);
        ::setenv("GIT_CONFIG_GLOBAL", (dir_ / "gitconfig").c_str(), 1);
        ::setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
        for (const char* name : {"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_DIR"}) ::unsetenv(name);
        std::ofstream(dir_ / "gitconfig")
            << "[user]\n name = Ada Tester\n email = ada@example.org\n[init]\n defaultBranch = main\n";
        git({"init", "-q", "--bare", (dir_ / "origin.git").string()});
        git({"clone", "-q", (dir_ / "origin.git").string(), repo().string()});
        git({"-C", repo().string(), "commit", "-q", "--allow-empty", "-m", "first"});
    }
    ~GitCheckoutTest() override { std::filesystem::remove_all(dir_); }

    std::filesystem::path repo() const { return dir_ / "repo"; }
    void git(std::vector<std::string> words) {
        words.insert(words.begin(), "git");
        ASSERT_EQ(run_program(words).exit_status, 0) << words[1];
    }
    void in_repo(std::vector<std::string> words) {
        words.insert(words.begin(), {"-C", repo().string()});
        git(std::move(words));
    }

    std::filesystem::path dir_;
};

TEST_F(GitCheckoutTest, KnowsOriginBranchAndAuthor) {
    std::filesystem::create_directories(repo() / "src/deep");
    auto checkout = find_git_checkout(repo() / "src/deep");
    ASSERT_TRUE(checkout);
    EXPECT_EQ(checkout->toplevel, repo());
    EXPECT_EQ(checkout->origin_url, (dir_ / "origin.git").string());
    EXPECT_EQ(checkout->branch, "main");
    EXPECT_FALSE(checkout->branch_is_on_origin);
    EXPECT_EQ(checkout->user_name, "Ada Tester");
    EXPECT_EQ(checkout->user_email, "ada@example.org");

    in_repo({"push", "-q", "origin", "main"});
    EXPECT_TRUE(find_git_checkout(repo())->branch_is_on_origin);
    in_repo({"pack-refs", "--all"});
    EXPECT_TRUE(find_git_checkout(repo())->branch_is_on_origin);
    in_repo({"checkout", "-q", "-b", "feature/x"});
    EXPECT_EQ(find_git_checkout(repo())->branch, "feature/x");
    EXPECT_FALSE(find_git_checkout(repo())->branch_is_on_origin);
    in_repo({"checkout", "-q", "--detach"});
    EXPECT_EQ(find_git_checkout(repo())->branch, "");
}

TEST_F(GitCheckoutTest, WorktreesAreCheckoutsOfTheirOwn) {
    in_repo({"worktree", "add", "-q", "-b", "side", (dir_ / "tree").string()});
    const auto checkout = find_git_checkout(dir_ / "tree");
    EXPECT_EQ(checkout->toplevel, dir_ / "tree");
    EXPECT_EQ(checkout->branch, "side");
    EXPECT_EQ(checkout->origin_url, (dir_ / "origin.git").string());
}

TEST_F(GitCheckoutTest, FollowsIncludesThroughGit) {
    std::ofstream(dir_ / "work.inc") << "[user]\n email = ada@work.example\n";
    std::ofstream(dir_ / "gitconfig", std::ios::app)
        << "[includeIf \"gitdir:" << repo().string() << "/\"]\n path = " << (dir_ / "work.inc").string() << "\n";
    EXPECT_EQ(find_git_checkout(repo())->user_email, "ada@work.example");
}

TEST_F(GitCheckoutTest, RelativeOriginsAndNone) {
    in_repo({"remote", "set-url", "origin", "../origin.git"});
    EXPECT_EQ(find_git_checkout(repo())->origin_url, (dir_ / "origin.git").string());
    in_repo({"remote", "remove", "origin"});
    EXPECT_EQ(find_git_checkout(repo())->origin_url, "");
    EXPECT_FALSE(find_git_checkout(dir_));
}

}
}
