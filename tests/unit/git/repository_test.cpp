#include "git/repository.hpp"

#include <gtest/gtest.h>
#include <murmur/error.hpp>

#include "git/clone.hpp"
#include "git_fixture.hpp"

namespace murmur::git {
namespace {

class RepositoryTest : public GitFixture {
protected:
    static constexpr const char* branch = "murmur/w/team/u/alice/fix";
    RepositoryTest() : origin(make_origin()), checkout(root / "work/app") {
        clone({.url = origin.string(),
               .directory = checkout,
               .base_branch = "",
               .branch = branch,
               .identity = {"Alice", "alice@example.org"},
               .options = {}});
    }
    Error push_failure() {
        try {
            Repository(checkout).push(branch, {});
        } catch (const Error& error) {
            return error;
        }
        throw std::runtime_error("the push did not fail");
    }
    void hook(const std::string& script) {
        write(origin / "hooks/pre-receive", "#!/bin/sh\n" + script);
        sh(origin, "chmod +x hooks/pre-receive");
    }
    std::filesystem::path origin, checkout;
};

TEST_F(RepositoryTest, TellsTheFactsOfNewCommits) {
    Repository repository(checkout);
    const std::string before = repository.branch_tip(branch);
    sh(checkout,
       "echo 2 > a && mkdir d && echo 3 > d/b && git add -A && git commit -qm 'Add a and b' && "
       "git rm -q README.md && git commit -qm 'Drop the readme'");
    const auto facts = repository.commits_between(before, repository.branch_tip(branch), "main");
    ASSERT_EQ(facts.size(), 2u);
    EXPECT_EQ(facts[0].subject, "Add a and b");
    EXPECT_EQ(facts[0].files, (std::vector<std::string>{"a", "d/b"}));
    EXPECT_EQ(facts[1].files, std::vector<std::string>{"README.md"});
    EXPECT_EQ(facts[1].sha, sh(checkout, "git rev-parse HEAD"));
}

TEST_F(RepositoryTest, TellsOnlyNewCommitsAfterARewrite) {
    Repository repository(checkout);
    sh(checkout, "echo 2 > a && git add -A && git commit -qm 'Frist'");
    const std::string before = repository.branch_tip(branch);
    sh(checkout, "git commit -q --amend -m First");
    const auto facts = repository.commits_between(before, repository.branch_tip(branch), "main");
    ASSERT_EQ(facts.size(), 1u);
    EXPECT_EQ(facts[0].subject, "First");
}

TEST_F(RepositoryTest, LimitsTheFilesOfACommit) {
    Repository repository(checkout);
    const std::string before = repository.head();
    sh(checkout, "for i in $(seq 300); do echo $i > f$i; done; git add -A && git commit -qm many");
    EXPECT_EQ(repository.commits_between(before, repository.head(), "").at(0).files.size(), files_per_commit_max);
}

TEST_F(RepositoryTest, SeesAndCommitsChanges) {
    Repository repository(checkout);
    EXPECT_FALSE(repository.is_dirty());
    write(checkout / "ignored.log", "x");
    EXPECT_FALSE(repository.is_dirty());
    write(checkout / "new.txt", "x");
    write(checkout / "README.md", "# Title\n");
    std::filesystem::remove(checkout / "src/app.txt");
    EXPECT_TRUE(repository.is_dirty());
    const std::string sha = repository.commit_all({"Alice", "alice@example.org"}, "Fix the title\n");
    EXPECT_FALSE(repository.is_dirty());
    EXPECT_EQ(sh(checkout, "git status --porcelain"), "");
    EXPECT_EQ(sh(checkout, "git rev-parse HEAD"), sha);
    EXPECT_EQ(sh(checkout, "git show --format='%an <%ae> %s' --name-status HEAD"),
              "Alice <alice@example.org> Fix the title\n\nM\tREADME.md\nA\tnew.txt\nD\tsrc/app.txt");
}

TEST_F(RepositoryTest, PushesAndReplacesItsOwnRewrittenBranch) {
    Repository repository(checkout);
    sh(checkout, "echo 2 > a && git add -A && git commit -qm one");
    repository.push(branch, {});
    EXPECT_EQ(sh(origin, std::string("git rev-parse ") + branch), repository.head());
    EXPECT_EQ(repository.origin_tip(branch), repository.head());
    repository.push(branch, {});
    sh(checkout, "git commit -q --amend -m better");
    repository.push(branch, {});
    EXPECT_EQ(sh(origin, std::string("git log -1 --format=%s ") + branch), "better");
}

TEST_F(RepositoryTest, NeverOverwritesSomeoneElsesPush) {
    Repository repository(checkout);
    repository.push(branch, {});
    sh(root, std::string("git clone -q -b ") + branch +
                 " origin.git other && cd other && echo x > x && git add x && git commit -qm theirs && git push -q");
    sh(checkout, "git commit -q --allow-empty -m ours");
    EXPECT_EQ(push_failure().code(), Errc::aborted);
    EXPECT_EQ(sh(origin, std::string("git log -1 --format=%s ") + branch), "theirs");
}

TEST_F(RepositoryTest, ShowsWhatARefusingHookSaid) {
    hook("echo 'no pushes on Fridays' >&2\nexit 1\n");
    sh(checkout, "git commit -q --allow-empty -m ours");
    const Error error = push_failure();
    EXPECT_EQ(error.code(), Errc::permission_denied);
    EXPECT_NE(error.message().find("pre-receive hook declined"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find("no pushes on Fridays"), std::string::npos) << error.message();
    EXPECT_EQ(Repository(checkout).origin_tip(branch), "");
}

TEST_F(RepositoryTest, RunsTheHooksOfAnAcceptingOrigin) {
    hook("cat > '" + (root / "seen").string() + "'\n");
    Repository(checkout).push(branch, {});
    EXPECT_NE(read(root / "seen").find(branch), std::string::npos);
}

TEST_F(RepositoryTest, NamesAnOriginThatIsGone) {
    std::filesystem::rename(origin, root / "moved.git");
    const Error error = push_failure();
    EXPECT_EQ(error.code(), Errc::unavailable);
    EXPECT_NE(error.message().find(origin.string()), std::string::npos) << error.message();
}

TEST_F(RepositoryTest, ResolvesTheIdentityInOrder) {
    const Identity given = resolve_identity(nullptr, {"A", "a@x"}, "alice");
    EXPECT_EQ(given.name + given.email, "Aa@x");
    EXPECT_EQ(resolve_identity(nullptr, {}, "alice").email, "tess@example.org");
    write(home / ".gitconfig", "");
    const Identity made = resolve_identity(nullptr, {}, "alice");
    EXPECT_EQ(made.name + " " + made.email, "alice alice@localhost");
}

}
}
