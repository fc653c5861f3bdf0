// Work in repositories in which `git commit` would refuse, or would not do what it looks like.

#include <gtest/gtest.h>

#include <algorithm>

#include "git/clone.hpp"
#include "git/restore.hpp"
#include "git_fixture.hpp"

namespace murmur::git {
namespace {

class HardStatesTest : public GitFixture {
protected:
    static constexpr const char* branch = "fix";
    HardStatesTest() : origin(make_origin()), checkout(root / "work") { clone_to(checkout); }

    void clone_to(const std::filesystem::path& path) {
        clone({.url = origin.string(),
               .directory = path,
               .base_branch = "",
               .branch = branch,
               .identity = {"Alice", "alice@example.org"},
               .options = {}});
    }
    BundlePlan save() {
        const Repository repository(checkout);
        BundlePlan plan = plan_bundle(repository, {"Alice", "alice@example.org"});
        if (!plan.tips.empty()) write_bundle(repository, plan, root / "saved.bundle");
        return plan;
    }
    /// Saved, and put back into another checkout.
    RestoredWork move() {
        const std::string before = status();
        const BundlePlan plan = save();
        EXPECT_EQ(status(), before) << "the work tree and the index stay";
        return restore(plan);
    }
    RestoredWork restore(const BundlePlan& plan) {
        std::filesystem::remove_all(there);
        clone_to(there);
        const Repository repository(there);
        WorkToRestore work{branch, Repository(checkout).branch_tip(branch), plan.uncommitted, {}};
        if (!plan.tips.empty()) work.tips = read_bundle(repository, root / "saved.bundle");
        RestoredWork done = restore_work(repository, work);
        done.notes.insert(done.notes.begin(), plan.notes.begin(), plan.notes.end());
        return done;
    }
    std::string status() { return sh(checkout, "git status --porcelain; git diff | cat; git stash list"); }
    static bool tells(const RestoredWork& work, const std::string& part) {
        return std::any_of(work.notes.begin(), work.notes.end(),
                           [&](const std::string& note) { return note.find(part) != std::string::npos; });
    }
    /// Two branches that change the same line; "other" is on no origin.
    void diverge() {
        sh(checkout,
           "git checkout -q -b other && echo theirs > src/app.txt && git commit -qam theirs && git checkout -q fix && "
           "echo mine > src/app.txt && git commit -qam mine");
    }

    std::filesystem::path origin, checkout, there = root / "there";
};

TEST_F(HardStatesTest, AnIndexThatWasBeingCopiedIsCopiedAgain) {
    write(checkout / ".git/murmur-uncommitted-index.new", "DIRC torn");
    write(checkout / "src/app.txt", "two\n");
    const BundlePlan plan = save();
    EXPECT_EQ(sh(checkout, "git show " + plan.uncommitted + ":src/app.txt"), "two");
    EXPECT_FALSE(std::filesystem::exists(checkout / ".git/murmur-uncommitted-index.new"));
}

TEST_F(HardStatesTest, AMergeInProgress) {
    diverge();
    sh(checkout, "! git merge other; echo new > new.txt");
    const RestoredWork done = move();
    EXPECT_EQ(read(there / "src/app.txt"), read(checkout / "src/app.txt")) << "with the marks of the conflict";
    EXPECT_EQ(read(there / "new.txt"), "new\n");
    EXPECT_EQ(sh(there, "git log -1 --format=%s"), "mine");
    const std::string other = sh(checkout, "git rev-parse other");
    EXPECT_TRUE(tells(done, "begin it again with: git merge " + other));
    sh(there, "git checkout -q -f && ! git merge " + other);
}

TEST_F(HardStatesTest, AMergeInWhichAFileWasRemoved) {
    diverge();
    sh(checkout,
       "git rm -q README.md && git commit -qm away && git checkout -q other && echo x >> README.md && "
       "git commit -qam kept && git checkout -q fix && ! git merge other; rm -f README.md src/app.txt");
    move();
    EXPECT_FALSE(std::filesystem::exists(there / "README.md"));
    EXPECT_FALSE(std::filesystem::exists(there / "src/app.txt"));
}

TEST_F(HardStatesTest, ARebaseInProgress) {
    diverge();
    sh(checkout, "echo first > first && git add first && git commit -qm first && ! git rebase other; echo more > more");
    const RestoredWork done = move();
    EXPECT_EQ(sh(there, "git log -1 --format=%s fix"), "first") << "the branch as it was before";
    EXPECT_TRUE(tells(done, "a rebase was under way"));
    const std::string kept = sh(there, "git branch --format='%(refname:short)'");
    EXPECT_NE(kept.find("other"), std::string::npos);
    // What was being done is where it fits, or beside.
    sh(there, "test -e more || git show fix-uncommitted:more");
}

TEST_F(HardStatesTest, ADetachedHeadWithChanges) {
    sh(checkout, "git checkout -q --detach && echo d > d && git add d && git commit -qm away && echo e > e");
    const RestoredWork done = move();
    EXPECT_TRUE(tells(done, "HEAD was on no branch"));
    EXPECT_EQ(sh(there, "git show fix-detached:d; cat e"), "d\ne");
}

TEST_F(HardStatesTest, ABranchWithoutACommit) {
    sh(checkout, "git checkout -q --orphan empty && git rm -rqf . && echo new > new && echo other > README.md");
    const RestoredWork done = move();
    sh(there, "test \"$(cat new 2>/dev/null)\" = new || git show fix-uncommitted:new");
    sh(there, "git show fix-uncommitted:README.md | grep -q other || grep -q other README.md");
    EXPECT_EQ(sh(there, "git log -1 --format=%s"), "second");
}

TEST_F(HardStatesTest, AnOriginWithoutACommit) {
    sh(root, "git init -q --bare empty.git");
    const Repository repository([&] {
        sh(root, "git clone -q empty.git fresh 2>/dev/null; git clone -q empty.git fresh-too 2>/dev/null; true");
        return root / "fresh";
    }());
    sh(root / "fresh", "echo x > x");
    const BundlePlan plan = plan_bundle(repository, {"Alice", "alice@example.org"});
    ASSERT_FALSE(plan.uncommitted.empty());
    write_bundle(repository, plan, root / "saved.bundle");
    const Repository other(root / "fresh-too");
    restore_work(other, {"main", "", plan.uncommitted, read_bundle(other, root / "saved.bundle")});
    EXPECT_EQ(read(root / "fresh-too/x"), "x\n");
}

TEST_F(HardStatesTest, Stashes) {
    sh(checkout,
       "echo 1 >> README.md && git stash push -qm first && echo 2 > two && git stash push -qum second && "
       "echo staged > s && git add s && git stash -q");
    const RestoredWork done = move();
    EXPECT_TRUE(done.notes.empty());
    EXPECT_EQ(sh(there, "git stash list"), sh(checkout, "git stash list"));
    EXPECT_EQ(sh(there,
                 "git stash pop -q && cat s && git stash pop -q >/dev/null && cat two && git stash pop -q && tail -1 "
                 "README.md"),
              "staged\n2\n1");
    restore_work(Repository(there), {branch, "", "", {}});
}

TEST_F(HardStatesTest, LocksLeftOver) {
    write(checkout / ".git/index.lock", "");
    sh(checkout, "echo new > new && touch README.md && echo more >> src/app.txt");
    const BundlePlan plan = save();
    restore(plan);
    EXPECT_EQ(sh(there, "cat new src/app.txt"), "new\none\nmore");
    EXPECT_TRUE(Repository(checkout).is_dirty());
}

TEST_F(HardStatesTest, ADamagedIndex) {
    sh(checkout, "echo new > new && git add new");
    write(checkout / ".git/index", "DIRC half of it");
    const BundlePlan plan = save();
    write(checkout / ".git/murmur-uncommitted-index", "DIRC half of it");
    EXPECT_EQ(save().uncommitted, plan.uncommitted);
    restore(plan);
    EXPECT_EQ(sh(there, "cat new; git status --porcelain"), "new\n?? new");
}

TEST_F(HardStatesTest, FileNamesOfAnyBytes) {
    const std::string names[] = {"a\nb", "q\"uote", "\xff\xfe-no-utf8", " space ", "-dash", "tab\t", "dir\n/\xc3\x28"};
    std::filesystem::create_directory(checkout / "dir\n");
    for (const std::string& name : names) write(checkout / name, name);
    move();
    for (const std::string& name : names) EXPECT_EQ(read(there / name), name);
}

TEST_F(HardStatesTest, WhatIsNoFileIsLeftOut) {
    sh(checkout, "mkfifo pipe && ln -s nowhere link && echo x > x && chmod +x x && ln -s /proc/self/mem out");
    move();
    EXPECT_FALSE(std::filesystem::exists(there / "pipe"));
    EXPECT_EQ(sh(there, "readlink link out; test -x x"), "nowhere\n/proc/self/mem");
}

TEST_F(HardStatesTest, SubmodulesStayWhatTheyAreAndTheirWorkComesAsFiles) {
    sh(root,
       "git init -q lib.src && cd lib.src && echo lib > lib.txt && git add . && git commit -qm lib && cd .. && "
       "git clone -q --bare lib.src lib.git");
    sh(checkout, "git -c protocol.file.allow=always submodule --quiet add '" + (root / "lib.git").string() +
                     "' lib && git commit -qm submodule");
    EXPECT_TRUE(move().notes.empty()) << "all of it is on its origin";
    EXPECT_EQ(sh(there, "git ls-files -s lib | cut -c1-6"), "160000");

    sh(checkout, "cd lib && echo own > own.txt && git add . && git commit -qm own && echo open > open.txt");
    const RestoredWork done = move();
    EXPECT_TRUE(tells(done, "\"lib\" was a repository of its own"));
    EXPECT_EQ(sh(there, "cat lib/lib.txt lib/own.txt lib/open.txt"), "lib\nown\nopen");
    EXPECT_EQ(save().uncommitted, save().uncommitted);
}

TEST_F(HardStatesTest, ARepositoryWithinIsNotLost) {
    sh(checkout,
       "git init -q own && echo f > own/f && mkdir -p own/sub && echo g > own/sub/g && echo '*.o' > own/.gitignore && "
       "echo o > own/x.o && git clone -q '" +
           origin.string() + "' copy");
    for (int round = 0; round < 2; ++round) {
        const RestoredWork done = move();
        EXPECT_TRUE(tells(done, "\"own\" was a repository of its own")) << round;
        EXPECT_TRUE(tells(done, "\"copy\" is not put back: it is a clone of")) << round;
        EXPECT_EQ(sh(there, "cat own/f own/sub/g; ls -A own; test ! -e copy"), "f\ng\n.gitignore\nf\nsub");
    }
    sh(checkout, "echo changed >> copy/README.md");
    move();
    EXPECT_NE(read(there / "copy/README.md").find("changed"), std::string::npos);
}

TEST_F(HardStatesTest, FilesThatBecomeIgnoredAreLeftOutAgain) {
    sh(checkout, "mkdir out && echo big > out/big && echo x > x");
    save();
    sh(checkout, "echo out/ >> .gitignore && echo f > f.log && git add -f f.log");
    move();
    EXPECT_FALSE(std::filesystem::exists(there / "out"));
    EXPECT_EQ(sh(there, "cat x f.log"), "x\nf") << "one that was added on purpose is kept";
}

TEST_F(HardStatesTest, FilesThatGitDoesNotLookForAreNotDeleted) {
    sh(checkout, "git update-index --skip-worktree README.md && rm README.md && echo x > x");
    move();
    EXPECT_TRUE(std::filesystem::exists(there / "README.md"));
}

TEST_F(HardStatesTest, AChangeInTheSameMomentIsSeen) {
    // As when a file is written twice within one tick of the clock, the second time after `git add`.
    sh(checkout,
       "git config core.trustctime false && echo aa > f && git add f && echo bb > f && touch -r .git/index f");
    move();
    EXPECT_EQ(read(there / "f"), "bb\n");
    sh(checkout, "echo cc > g");
    save();
    sh(checkout, "echo dd > g && touch -r .git/murmur-uncommitted-index g");
    move();
    EXPECT_EQ(read(there / "g"), "dd\n");
}

TEST_F(HardStatesTest, ABranchThatPointsToNothingDoesNotHinder) {
    write(checkout / ".git/refs/heads/broken", std::string(40, 'a') + "\n");
    sh(checkout, "echo x > x");
    const RestoredWork done = restore(save());
    EXPECT_TRUE(tells(done, "refs/heads/broken"));
    EXPECT_EQ(read(there / "x"), "x\n");
}

}
}
