#include "git/object_folder.hpp"

#include "git_fixture.hpp"

namespace murmur::git {
namespace {

class ObjectFolderTest : public GitFixture {
protected:
    /// As if nobody had written to it for a while.
    static void settle(const std::filesystem::path& repository) {
        sh(repository, "find . -type d -exec touch -d '1 minute ago' {} +");
    }
};

TEST_F(ObjectFolderTest, SeesWhatIsPushedAndPacked) {
    const auto origin = make_origin();
    sh(root, "git clone -q origin.git busy");
    for (const char* change : {"cd ../busy && git commit -q --allow-empty -m more && git push -q origin HEAD:busy",
                               "git repack -q -a -d", "git pack-refs --all && git prune && git repack -q -a -d -F"}) {
        settle(origin);
        const ObjectFolderTimes before(origin);
        EXPECT_TRUE(before.is_unchanged_in(ObjectFolderTimes(origin)));
        sh(origin, change);
        EXPECT_FALSE(before.is_unchanged_in(ObjectFolderTimes(origin))) << change;
    }
}

TEST_F(ObjectFolderTest, LooksIntoARepositoryWithAWorkTree) {
    make_origin();
    sh(root, "git clone -q origin.git busy");
    settle(root / "busy");
    const ObjectFolderTimes before(root / "busy");
    EXPECT_TRUE(before.is_unchanged_in(ObjectFolderTimes(root / "busy")));
    sh(root / "busy", "echo more > more.txt; git add more.txt");
    EXPECT_FALSE(before.is_unchanged_in(ObjectFolderTimes(root / "busy")));
}

TEST_F(ObjectFolderTest, TrustsNothingThatHasJustChanged) {
    const auto origin = make_origin();
    std::filesystem::last_write_time(origin / "objects/pack", std::filesystem::file_time_type::clock::now());
    const ObjectFolderTimes before(origin);
    EXPECT_FALSE(before.is_unchanged_in(before));
}

}
}
