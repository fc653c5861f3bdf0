#include "git/checkout_origin.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include "git/base_branch.hpp"
#include "git/bundle.hpp"
#include "git/clone.hpp"
#include "git_fixture.hpp"

namespace murmur::git {
namespace {

class CheckoutOriginTest : public GitFixture {
protected:
    static constexpr const char* branch = "murmur/w/team/u/alice/fix";
    CheckoutOriginTest() : origin(make_origin()), fork(make_origin("fork.git")), checkout(root / "work/app") {
        clone({.url = origin.string(),
               .directory = checkout,
               .base_branch = "",
               .branch = branch,
               .identity = {"Alice", "alice@example.org"},
               .options = {}});
        sh(checkout, "git commit -q --allow-empty -m Mine");
    }
    CheckoutOrigin found() { return find_origin(Repository(checkout)); }
    std::string tip_of(const std::filesystem::path& repository) {
        return sh(repository, std::string("git log -1 --format=%s ") + branch + " --");
    }
    std::filesystem::path origin, fork, checkout;
};

TEST_F(CheckoutOriginTest, IsWhatWasClonedWhateverTheRemotesAreCalled) {
    EXPECT_EQ(found().url, origin.string());
    EXPECT_EQ(found().references, "refs/remotes/origin/");
    sh(checkout, "git remote rename origin upstream; git remote add origin '" + fork.string() + "'");
    EXPECT_EQ(found().url, origin.string());
    EXPECT_EQ(found().references, "refs/remotes/upstream/");
    sh(checkout, "git remote remove upstream");
    EXPECT_EQ(found().url, origin.string());
    EXPECT_EQ(found().references, "refs/murmur/origin/");
}

TEST_F(CheckoutOriginTest, OfAnOlderCloneItIsTheRemote) {
    sh(checkout, "git config --unset murmur.cloneurl; git config remote.origin.pushurl '" + fork.string() + "'");
    EXPECT_EQ(found().url, origin.string());
    EXPECT_EQ(found().push_url, fork.string());
    sh(checkout, "git remote remove origin");
    EXPECT_EQ(found().url, "");
    remember_origin(Repository(checkout), origin.string());
    EXPECT_EQ(found().url, origin.string());
}

TEST_F(CheckoutOriginTest, WhatAForkHasIsNotTakenForWhatTheOriginHas) {
    sh(checkout, "git remote set-url origin '" + fork.string() + "'; git push -q origin HEAD");
    const Repository repository(checkout);
    EXPECT_EQ(repository.origin_tip(branch), "");
    const BundlePlan plan = plan_bundle(repository, {"Alice", "alice@example.org"});
    ASSERT_FALSE(plan.tips.empty());
    repository.push(branch, {});
    EXPECT_EQ(tip_of(origin), "Mine");
    EXPECT_EQ(repository.origin_tip(branch), repository.head());
    EXPECT_TRUE(plan_bundle(repository, {"Alice", "alice@example.org"}).tips.empty());
}

TEST_F(CheckoutOriginTest, TheBaseIsFollowedThereToo) {
    sh(checkout, "git remote remove origin");
    sh(root, "git clone -q origin.git other && cd other && git commit -q --allow-empty -m Base && git push -q");
    const Repository repository(checkout);
    fetch_base(repository, "main", {});
    EXPECT_EQ(repository.origin_tip("main"), sh(origin, "git rev-parse main"));
}

TEST(SameOrigin, IsTheSamePathOfTheSameHost) {
    const std::string https = "https://github.com/acme/api.git";
    for (const char* same : {"https://u:secret@github.com/acme/api", "git@github.com:acme/api.git",
                             "ssh://git@github.com/acme/api.git/", "https://github.com/acme/api.git"})
        EXPECT_TRUE(is_same_origin(https, same)) << same;
    for (const char* other : {"https://github.com/me/api.git", "https://example.org/acme/api.git", "/acme/api.git", "",
                              "git@github.com:acme/web.git", "ssh://-oProxyCommand=x/acme/api"})
        EXPECT_FALSE(is_same_origin(https, other)) << other;
    EXPECT_TRUE(is_same_origin("/srv/api.git", "/srv/api.git"));
    EXPECT_TRUE(is_same_origin("", ""));
}

// A runner asks after each turn, and a session may last for days.
TEST_F(CheckoutOriginTest, LookingForItKeepsNoMemory) {
    const Repository repository(checkout);
    find_origin(repository);
    const std::size_t before = mallinfo2().uordblks;
    for (int i = 0; i < 50; ++i) find_origin(repository);
    EXPECT_LT(mallinfo2().uordblks, before + (256 << 10));
}

}
}
