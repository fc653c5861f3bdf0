#include "git/base_branch.hpp"

#include <murmur/error.hpp>

#include "unit/git/git_fixture.hpp"

namespace murmur::git {
namespace {

using Result = BaseMove::Result;

class BaseBranchTest : public GitFixture {
protected:
    BaseBranchTest() : origin(make_origin()), work(root / "work"), other(root / "other") {
        sh(root, "git clone -q origin.git work && git clone -q origin.git other");
        sh(work, "git checkout -q -b agent");
    }
    void move_base(const std::string& command) { sh(other, command + " && git push -q"); }
    BaseMove follow(BaseStrategy strategy) {
        const Repository repository(work);
        fetch_base(repository, "main", {});
        return follow_base(repository, "agent", "main", strategy, {"Agent", "agent@example.org"});
    }
    std::string state() { return sh(work, "git rev-parse HEAD; git status --porcelain; cat .git/HEAD; cat README.md"); }

    std::filesystem::path origin, work, other;
    const std::string theirs = "echo base > base.txt && git add -A && git commit -qm Base";
};

TEST_F(BaseBranchTest, NothingHappensWhenTheBaseStays) {
    EXPECT_EQ(follow(BaseStrategy::merge).result, Result::nothing);
    sh(work, "echo x > x && git add x && git commit -qm Mine");
    EXPECT_EQ(follow(BaseStrategy::rebase).result, Result::nothing);
}

TEST_F(BaseBranchTest, ABranchWithoutWorkMovesForward) {
    move_base(theirs);
    const BaseMove move = follow(BaseStrategy::rebase);
    EXPECT_EQ(move.result, Result::merged);
    EXPECT_EQ(sh(work, "git rev-parse HEAD"), sh(origin, "git rev-parse main"));
    EXPECT_EQ(sh(work, "git status --porcelain; cat base.txt"), "base");
}

TEST_F(BaseBranchTest, MergesWithTwoParents) {
    sh(work, "echo x > x && git add x && git commit -qm Mine");
    move_base(theirs);
    const BaseMove move = follow(BaseStrategy::merge);
    EXPECT_EQ(move.result, Result::merged);
    EXPECT_EQ(sh(work, "git log -1 --format='%H %an %s'"),
              move.head + " Agent Merge remote-tracking branch 'origin/main' into agent");
    EXPECT_EQ(sh(work, "git rev-list --parents -1 HEAD | wc -w"), "3");
    EXPECT_EQ(sh(work, "git status --porcelain; git symbolic-ref HEAD; cat base.txt x"), "refs/heads/agent\nbase\nx");
}

TEST_F(BaseBranchTest, RebasesEveryCommitAndLeavesOutWhatTheBaseHas) {
    sh(work,
       "echo x > x && git add x && git commit -qm One && echo base > base.txt && git add -A && git commit -qm Same "
       "&& echo y > y && git add y && git commit -qm Two");
    move_base(theirs);
    EXPECT_EQ(follow(BaseStrategy::rebase).result, Result::rebased);
    EXPECT_EQ(sh(work, "git log --format=%s -3 | tr '\\n' ' '"), "Two One Base ");
    EXPECT_EQ(sh(work, "git log -1 --format='%an %cn'"), "Tess Tester Agent");
    EXPECT_EQ(sh(work, "git status --porcelain"), "");
}

TEST_F(BaseBranchTest, AConflictLeavesEverythingAsItWas) {
    sh(work, "echo mine > README.md && git commit -qam Mine && echo x > x && git add x && git commit -qm More");
    move_base("echo theirs > README.md && git commit -qam Theirs");
    const std::string before = state();
    for (const BaseStrategy strategy : {BaseStrategy::merge, BaseStrategy::rebase}) {
        const BaseMove move = follow(strategy);
        EXPECT_EQ(move.result, Result::conflict);
        EXPECT_EQ(move.files, std::vector<std::string>{"README.md"});
        EXPECT_EQ(state(), before);
    }
    EXPECT_FALSE(std::filesystem::exists(work / ".git/rebase-merge"));
    EXPECT_FALSE(std::filesystem::exists(work / ".git/MERGE_HEAD"));
}

TEST_F(BaseBranchTest, AWorkTreeInUseIsLeftAlone) {
    move_base(theirs);
    write(work / "draft", "x");
    EXPECT_EQ(follow(BaseStrategy::merge).reason, "the work tree has changes");
    std::filesystem::remove(work / "draft");
    sh(work, "git checkout -q --detach");
    EXPECT_EQ(follow(BaseStrategy::merge).reason, "another branch is checked out");
    sh(work, "git checkout -q agent");
    write(work / "base.txt.log", "ignored");
    EXPECT_EQ(follow(BaseStrategy::merge).result, Result::merged) << "ignored files are no changes";
}

TEST_F(BaseBranchTest, AnIgnoredFileInTheWayIsNotOverwritten) {
    move_base("echo theirs > kept.log && git add -f kept.log && git commit -qm Log");
    write(work / "kept.log", "mine");
    const BaseMove move = follow(BaseStrategy::merge);
    EXPECT_EQ(move.result, Result::skipped);
    EXPECT_EQ(read(work / "kept.log"), "mine");
}

TEST_F(BaseBranchTest, AnOriginThatIsGoneIsAnError) {
    std::filesystem::rename(origin, root / "away");
    EXPECT_THROW(fetch_base(Repository(work), "main", {}), Error);
}

}
}
