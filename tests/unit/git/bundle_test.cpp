#include "git/bundle.hpp"

#include <gtest/gtest.h>

#include "git/clone.hpp"
#include "git_fixture.hpp"

namespace murmur::git {
namespace {

class BundleTest : public GitFixture {
protected:
    static constexpr const char* branch = "murmur/w/team/u/alice/fix";
    BundleTest() : origin(make_origin()), checkout(root / "work/app"), file(root / "kept.bundle") {
        clone({.url = origin.string(),
               .directory = checkout,
               .base_branch = "",
               .branch = branch,
               .identity = {"Alice", "alice@example.org"},
               .options = {}});
    }
    BundlePlan save() {
        const Repository repository(checkout);
        const BundlePlan plan = plan_bundle(repository, {"Alice", "alice@example.org"});
        if (!plan.tips.empty()) write_bundle(repository, plan, file);
        return plan;
    }
    std::filesystem::path origin, checkout, file;
};

TEST_F(BundleTest, MakesNoFileWhenTheOriginHasEverything) {
    EXPECT_TRUE(save().references().empty());
    EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(BundleTest, KeepsCommitsAndUncommittedChanges) {
    sh(checkout,
       "echo 2 > a && git add -A && git commit -qm kept && echo staged > s && git add s && echo 3 >> a && "
       "echo new > n && git rm -q --cached README.md");
    const std::string before = sh(checkout, "git status --porcelain");
    const BundlePlan result = save();
    EXPECT_FALSE(result.uncommitted.empty());
    EXPECT_EQ(result.tips.size(), 2u);
    EXPECT_EQ(sh(checkout, "git status --porcelain"), before) << "the work tree and index stay";

    sh(root, "git clone -q origin.git fresh");
    sh(root / "fresh", "git bundle verify -q ../kept.bundle");
    sh(root / "fresh", std::string("git fetch -q ../kept.bundle '") + branch + ":saved' refs/murmur/uncommitted:wip");
    EXPECT_EQ(sh(root / "fresh", "git log -1 --format=%s saved"), "kept");
    EXPECT_EQ(sh(root / "fresh", "git show wip:a"), "2\n3");
    EXPECT_EQ(sh(root / "fresh", "git show wip:n"), "new");
    EXPECT_EQ(sh(root / "fresh", "git show wip:s"), "staged");
}

TEST_F(BundleTest, KeepsADetachedHead) {
    sh(checkout, "git checkout -q --detach && git commit -q --allow-empty -m lost");
    EXPECT_EQ(save().references(), std::vector<std::string>{"HEAD"});
    sh(root,
       "git clone -q origin.git fresh && cd fresh && git fetch -q ../kept.bundle HEAD && "
       "test \"$(git log -1 --format=%s FETCH_HEAD)\" = lost");
}

TEST_F(BundleTest, LeavesNoHalfFile) {
    sh(checkout, "git commit -q --allow-empty -m x");
    write(root / "no-folder", "");
    file = root / "no-folder/kept.bundle";
    EXPECT_ANY_THROW(save());
    EXPECT_FALSE(std::filesystem::exists(file));
}

}
}
