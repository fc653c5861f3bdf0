#include "git/restore.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

#include "git/clone.hpp"
#include "git_fixture.hpp"

namespace murmur::git {
namespace {

constexpr const char* branch = "murmur/w/team/u/alice/fix";

/// What one machine had, put back on another.
class RestoreTest : public GitFixture {
protected:
    RestoreTest() : origin(make_origin()) { clone_to("one", branch); }

    void clone_to(const std::string& name, const std::string& wanted) {
        clone({.url = origin.string(),
               .directory = root / name,
               .base_branch = "",
               .branch = wanted,
               .identity = {"Alice", "alice@example.org"},
               .options = {}});
        sh(root / name, "git config user.email alice@example.org");
    }
    BundlePlan save() {
        const Repository repository(root / "one");
        const BundlePlan plan = plan_bundle(repository, {"Alice", "alice@example.org"});
        std::filesystem::remove(root / "kept.bundle");
        if (!plan.tips.empty()) write_bundle(repository, plan, root / "kept.bundle");
        work = {branch, repository.branch_tip(branch), plan.uncommitted, {}};
        return plan;
    }
    RestoredWork restore(const std::string& name) {
        const Repository repository(root / name);
        if (std::filesystem::exists(root / "kept.bundle")) work.tips = read_bundle(repository, root / "kept.bundle");
        return restore_work(repository, work);
    }
    /// Saves, and puts it back into a fresh clone called "two".
    RestoredWork move() {
        save();
        clone_to("two", branch);
        return restore("two");
    }
    std::string in_two(const std::string& command) { return sh(root / "two", command); }

    std::filesystem::path origin;
    WorkToRestore work;
};

TEST_F(RestoreTest, PutsCommitsAndUncommittedChangesBack) {
    sh(root / "one",
       "echo 2 > a && git add -A && git commit -qm kept && echo new > n && mkdir d && printf '#!/bin/sh\\n' > d/run && "
       "chmod +x d/run && echo changed >> README.md && git rm -q src/app.txt && echo no > x.log && ln -s n link");
    const RestoredWork result = move();
    EXPECT_TRUE(result.notes.empty());
    EXPECT_EQ(in_two("git log -1 --format=%s"), "kept");
    EXPECT_EQ(in_two("git rev-parse --abbrev-ref HEAD"), branch);
    EXPECT_EQ(in_two("git status --porcelain"), " M README.md\n D src/app.txt\n?? d/\n?? link\n?? n");
    EXPECT_EQ(in_two("cat n && test -x d/run && readlink link"), "new\nn");
    EXPECT_FALSE(std::filesystem::exists(root / "two/x.log")) << "ignored files are not work";
    EXPECT_EQ(in_two("git rev-parse HEAD"), result.head);
    in_two("git fsck --strict");
}

TEST_F(RestoreTest, TheSameChangesAreTheSameBundle) {
    sh(root / "one", "echo new > n");
    const std::string header = save().header(), bytes = read(root / "kept.bundle");
    sh(root / "one", "sleep 1.1; touch n");
    EXPECT_EQ(save().header(), header);
    EXPECT_EQ(read(root / "kept.bundle"), bytes);
    sh(root / "one", "echo more >> n");
    EXPECT_NE(save().header(), header);
}

TEST_F(RestoreTest, MayBeRepeated) {
    sh(root / "one", "git checkout -q -b side && git commit -q --allow-empty -m s && git checkout -q - && echo 1 > n");
    move();
    const std::string before = in_two("git status --porcelain; git branch -a");
    EXPECT_TRUE(restore("two").notes.empty());
    EXPECT_EQ(in_two("git status --porcelain; git branch -a"), before);
}

TEST_F(RestoreTest, OtherBranchesAndADetachedHeadComeToo) {
    sh(root / "one",
       "git checkout -q -b side && git commit -q --allow-empty -m s && git checkout -q --detach && "
       "git commit -q --allow-empty -m lost");
    const RestoredWork result = move();
    ASSERT_EQ(result.notes.size(), 1u);
    EXPECT_NE(result.notes[0].find(std::string(branch) + "-detached"), std::string::npos);
    EXPECT_EQ(in_two("git log -1 --format=%s side"), "s");
    EXPECT_EQ(in_two(std::string("git log -1 --format=%s ") + branch + "-detached"), "lost");
}

TEST_F(RestoreTest, AForkBeginsWhereTheOtherWas) {
    sh(root / "one", "git commit -q --allow-empty -m theirs && echo 1 > n");
    save();
    clone_to("two", "murmur/w/team/u/alice/fork");
    restore("two");
    EXPECT_EQ(in_two("git rev-parse --abbrev-ref HEAD"), "murmur/w/team/u/alice/fork");
    EXPECT_EQ(in_two("git log -1 --format=%s; git status --porcelain"), "theirs\n?? n");
    EXPECT_EQ(Repository(root / "two").branch_tip(branch), "");
}

TEST_F(RestoreTest, AForkOfPushedWorkBeginsThereToo) {
    sh(root / "one",
       std::string("git commit -q --allow-empty -m pushed && git push -q origin HEAD:") + branch + " && git fetch -q");
    EXPECT_TRUE(save().tips.empty());
    clone_to("two", "murmur/w/team/u/alice/fork");
    EXPECT_TRUE(restore("two").notes.empty());
    EXPECT_EQ(in_two("git log -1 --format=%s"), "pushed");
}

TEST_F(RestoreTest, CommitsThatCameToTheOriginLaterStay) {
    sh(root / "one", "echo 1 > n && git add n && echo 2 > m");
    save();
    sh(root / "one", std::string("git add -A && git commit -qm later && git push -q origin HEAD:") + branch);
    clone_to("two", branch);
    EXPECT_TRUE(restore("two").notes.empty());
    EXPECT_EQ(in_two("git log -1 --format=%s; git status --porcelain"), "later");
}

TEST_F(RestoreTest, ChangesThatDoNotFitAreKeptAsABranch) {
    sh(root / "one", "echo mine > README.md");
    save();
    sh(root / "one",
       std::string("echo theirs > README.md && git commit -qam later && git push -q origin HEAD:") + branch);
    clone_to("two", branch);
    const RestoredWork result = restore("two");
    ASSERT_EQ(result.notes.size(), 1u);
    EXPECT_EQ(in_two("git status --porcelain"), "");
    EXPECT_EQ(in_two(std::string("git show ") + branch + "-uncommitted:README.md"), "mine");
}

TEST_F(RestoreTest, ARewrittenBranchDoesNotLoseWhatTheOriginHas) {
    sh(root / "one", std::string("git commit -q --allow-empty -m ours"));
    save();
    sh(root / "one",
       std::string("git commit -q --amend --allow-empty -m amended && git push -q origin HEAD:") + branch);
    clone_to("two", branch);
    EXPECT_EQ(restore("two").notes.size(), 1u);
    EXPECT_EQ(in_two("git log -1 --format=%s"), "ours");
    EXPECT_EQ(in_two(std::string("git log -1 --format=%s ") + branch + "-origin"), "amended");
}

TEST_F(RestoreTest, TheBaseMayHaveMovedOn) {
    sh(root / "one", "git commit -q --allow-empty -m ours");
    save();
    sh(root / "seed", "git commit -q --allow-empty -m third && git push -q ../origin.git HEAD:main");
    clone_to("two", branch);
    EXPECT_TRUE(restore("two").notes.empty());
    EXPECT_EQ(in_two("git log -1 --format=%s"), "ours");
    EXPECT_EQ(in_two("git branch --format='%(refname:short)'").find("-origin"), std::string::npos);
}

TEST_F(RestoreTest, WorkOnCommitsThatTheOriginLostIsRefusedWithTheRemedy) {
    sh(root / "one", std::string("git commit -q --allow-empty -m pushed && git push -q origin HEAD:") + branch +
                         " && git fetch -q && git commit -q --allow-empty -m ours");
    save();
    sh(root, std::string("git -C origin.git update-ref -d refs/heads/") + branch +
                 " && git -C origin.git reflog expire --expire=now --all && git -C origin.git gc -q --prune=now");
    clone_to("two", branch);
    try {
        restore("two");
        FAIL() << "should have been refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::failed_precondition);
        EXPECT_NE(error.hint().find("Push that commit"), std::string::npos);
    }
}

TEST_F(RestoreTest, WhatIsNoBundleIsRefused) {
    sh(root / "one", "git commit -q --allow-empty -m ours");
    save();
    const Repository repository(root / "one");
    write(root / "bad", "# v3 git bundle\n\n");
    EXPECT_ANY_THROW(read_bundle(repository, root / "bad"));
    write(root / "bad", "# v2 git bundle\nxyz refs/heads/a\n\n");
    EXPECT_ANY_THROW(read_bundle(repository, root / "bad"));
    const std::string whole = read(root / "kept.bundle");
    write(root / "bad", whole.substr(0, whole.size() - 30));
    EXPECT_ANY_THROW(read_bundle(repository, root / "bad"));
    EXPECT_ANY_THROW(read_bundle(repository, root / "missing"));
}

}
}
