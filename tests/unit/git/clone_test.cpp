#include "git/clone.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>
#include <thread>

#include "git_fixture.hpp"

namespace murmur::git {
namespace {

class CloneTest : public GitFixture {
protected:
    CloneRequest request(const std::string& url, const std::string& base = {}) {
        return {.url = url,
                .directory = root / "work/app",
                .base_branch = base,
                .branch = "murmur/w/team/u/alice/fix",
                .identity = {"Alice", "alice@example.org"},
                .options = {}};
    }
    static Error failure_of(const CloneRequest& request) {
        try {
            clone(request);
        } catch (const Error& error) {
            return error;
        }
        throw std::runtime_error("the clone did not fail");
    }
};

TEST_F(CloneTest, ChecksOutANewBranchAtTheOriginsDefault) {
    const auto origin = make_origin();
    const CloneResult result = clone(request(origin.string()));
    EXPECT_EQ(result.base_branch, "main");
    EXPECT_FALSE(result.continued);
    EXPECT_FALSE(result.branch_on_origin);
    EXPECT_EQ(read(root / "work/app/src/app.txt"), "one\n");
    EXPECT_EQ(sh(root / "work/app", "git status --porcelain"), "");
    EXPECT_EQ(sh(root / "work/app", "git branch --show-current"), "murmur/w/team/u/alice/fix");
    EXPECT_EQ(sh(root / "work/app", "git rev-parse HEAD"), result.head);
    EXPECT_EQ(sh(root / "work/app", "git config remote.origin.url"), origin.string());
    EXPECT_EQ(sh(root / "work/app", "git fsck 2>&1 | grep -v dangling || true"), "");
}

TEST_F(CloneTest, SharesTheObjectsOfALocalOrigin) {
    const auto origin = make_origin();
    sh(origin, "git gc -q");
    sh(origin, "find objects -type d -exec touch -d '1 minute ago' {} +");  // nobody writes to it just now
    clone(request("file://" + origin.string()));
    EXPECT_EQ(sh(root / "work/app", "git config remote.origin.url"), "file://" + origin.string());
    const std::string pack = sh(origin, "ls objects/pack/*.pack");
    EXPECT_EQ(std::filesystem::hard_link_count(origin / pack), 2u);
}

TEST_F(CloneTest, TakesOverAllBranchesAndTagsInOneFile) {
    const auto origin = make_origin();
    sh(origin,
       "for n in $(seq 300); do echo create refs/heads/team/topic-$n $(git rev-parse main); done | git update-ref "
       "--stdin; git tag light; git tag -a -m words v1 feature/search; git tag -a -m tree v1-tree main^{tree}; "
       "git update-ref refs/notes/commits main; git update-ref refs/heads/HEAD main");
    for (const std::string& url : {origin.string(), "ssh://host" + origin.string()}) {
        CloneRequest wanted = request(url);
        wanted.options.environment["GIT_SSH_COMMAND"] = "f() { for last; do :; done; exec sh -c \"$last\"; }; f";
        const CloneResult result = clone(wanted);
        const auto there = root / "work/app";
        const std::string branches = "git for-each-ref --format='%(objectname) %(refname:strip=2)' refs/heads";
        const std::string tracked = "git for-each-ref --format='%(objectname) %(refname:strip=3)' refs/remotes";
        EXPECT_EQ(sh(there, tracked + " | grep -v ' HEAD$'"), sh(origin, branches + " | grep -v ' HEAD$'"));
        const std::string tags = "git for-each-ref --format='%(objectname) %(refname) %(*objectname)' refs/tags";
        EXPECT_EQ(sh(there, tags), sh(origin, tags));
        EXPECT_EQ(sh(there, "find .git/refs/remotes .git/refs/tags -type f"), ".git/refs/remotes/origin/HEAD");
        EXPECT_EQ(sh(there, "git rev-parse --abbrev-ref origin/HEAD main@{upstream}"), "origin/main\norigin/main");
        EXPECT_EQ(sh(there, "git fsck --strict 2>&1 | grep -v -e dangling -e notice || true"), "");
        EXPECT_EQ(result.repository.origin_tip("team/topic-300"), result.base);
        sh(there, "git config remote.origin.url '" + origin.string() + "' && git fetch -q --prune");
        sh(there, "git switch -q team/topic-7");
        std::filesystem::remove_all(there);
    }
}

TEST_F(CloneTest, CopiesWhatCannotBeLinked) {
    const auto origin = make_origin();
    sh(origin, "git gc -q && find objects -type d -exec touch -d '1 minute ago' {} +");
    std::filesystem::create_directories("/dev/shm");
    std::string pattern = "/dev/shm/murmur-clone-XXXXXX";
    ASSERT_TRUE(mkdtemp(pattern.data()));
    CloneRequest wanted = request(origin.string());
    wanted.directory = std::filesystem::path(pattern) / "app";
    clone(wanted);
    EXPECT_EQ(sh(wanted.directory, "git fsck 2>&1 | grep -v -e dangling -e notice || true"), "");
    EXPECT_EQ(sh(wanted.directory, "cat src/app.txt"), "one");
    std::filesystem::remove_all(pattern);
}

TEST_F(CloneTest, IsNotStoppedByFilesThatGoWhileItLinks) {
    const auto origin = make_origin();
    // What the walk over the folder sees of another one's push that ends at that moment.
    std::filesystem::create_symlink(root / "gone", origin / "objects/tmp_objdir-incoming-9btjJP");
    const CloneResult result = clone(request(origin.string()));
    EXPECT_EQ(read(root / "work/app/src/app.txt"), "one\n");
    EXPECT_EQ(sh(root / "work/app", "git rev-parse HEAD"), result.head);
}

TEST_F(CloneTest, IsWholeWhileOthersPushAndRepack) {
    const auto origin = make_origin();
    sh(root, "git clone -q origin.git busy");
    std::string trouble;
    std::jthread others([&](const std::stop_token& enough) {
        try {
            for (int i = 0; !enough.stop_requested(); ++i) {
                sh(root / "busy", "for n in 1 2 3 4 5 6 7 8; do echo " + std::to_string(i) +
                                      " > f$n; git add .; git commit -qm more; done; git push -q origin HEAD:busy");
                if (i % 3 == 2) sh(origin, "git repack -q -a -d && git prune --expire=now");
            }
        } catch (const std::exception& error) {
            trouble = error.what();
        }
    });
    std::string broken;
    for (int i = 0; i < 40 && broken.empty(); ++i) {
        clone(request(origin.string()));
        broken = sh(root / "work/app", "git fsck --connectivity-only --no-dangling 2>&1 || true");
        std::filesystem::remove_all(root / "work/app");
    }
    others.request_stop();
    others.join();
    EXPECT_EQ(broken, "");
    EXPECT_EQ(trouble, "") << "of those who push and repack";
}

TEST_F(CloneTest, TakesTheNamedBase) {
    const CloneResult result = clone(request(make_origin().string(), "feature/search"));
    EXPECT_EQ(result.base_branch, "feature/search");
    EXPECT_FALSE(std::filesystem::exists(root / "work/app/src/app.txt"));
}

TEST_F(CloneTest, NamesTheNearestBranchForAnUnknownBase) {
    const Error error = failure_of(request(make_origin().string(), "feature/serach"));
    EXPECT_EQ(error.code(), Errc::not_found);
    EXPECT_NE(error.message().find("\"feature/serach\""), std::string::npos);
    EXPECT_NE(error.hint().find("feature/search"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(root / "work/app")) << "a failed clone leaves nothing";
}

TEST_F(CloneTest, SaysThatARepositoryIsEmpty) {
    sh(root, "git init -q --bare empty.git");
    const Error error = failure_of(request((root / "empty.git").string()));
    EXPECT_EQ(error.code(), Errc::failed_precondition);
    EXPECT_NE(error.message().find("has no commits"), std::string::npos);
}

TEST_F(CloneTest, SaysThatTheOriginsHeadNamesNothing) {
    const auto origin = make_origin();
    sh(origin, "git symbolic-ref HEAD refs/heads/gone");
    const Error error = failure_of(request(origin.string()));
    EXPECT_EQ(error.code(), Errc::failed_precondition);
    EXPECT_NE(error.hint().find("main"), std::string::npos) << error.hint();
    EXPECT_EQ(clone(request(origin.string(), "main")).base_branch, "main");
}

TEST_F(CloneTest, RefusesAShallowOriginAndAMissingOne) {
    make_origin();
    sh(root, "git clone -q --bare --depth 1 file://$PWD/origin.git shallow.git");
    EXPECT_NE(failure_of(request((root / "shallow.git").string())).hint().find("--unshallow"), std::string::npos);
    EXPECT_EQ(failure_of(request((root / "nowhere.git").string())).code(), Errc::not_found);
}

TEST_F(CloneTest, ContinuesTheSameAgentsBranch) {
    const auto origin = make_origin();
    sh(root,
       "git clone -q origin.git other && cd other && git checkout -qb murmur/w/team/u/alice/fix && echo x > x && "
       "git add x && git -c user.email=alice@example.org commit -qm more && git push -q origin HEAD");
    const CloneResult result = clone(request(origin.string()));
    EXPECT_TRUE(result.continued);
    EXPECT_NE(result.head, result.base);
    EXPECT_EQ(read(root / "work/app/x"), "x\n");
}

TEST_F(CloneTest, RefusesABranchWithSomeoneElsesWork) {
    const auto origin = make_origin();
    sh(root,
       "git clone -q origin.git other && cd other && git checkout -qb murmur/w/team/u/alice/fix && echo x > x && "
       "git add x && git commit -qm more && git push -q origin HEAD");
    const Error error = failure_of(request(origin.string()));
    EXPECT_EQ(error.code(), Errc::already_exists);
    EXPECT_NE(error.message().find("tess@example.org"), std::string::npos);
}

TEST_F(CloneTest, NotesSubmodules) {
    make_origin();
    sh(root,
       "git init -q --bare sub.git && git clone -q origin.git with && cd with && "
       "git -c protocol.file.allow=always submodule add -q ../origin.git lib && git commit -qm sub && "
       "git push -q origin HEAD");
    const CloneResult result = clone(request((root / "origin.git").string()));
    ASSERT_EQ(result.notes.size(), 1u);
    EXPECT_FALSE(result.repository.is_dirty());
}

/// GIT_SSH_COMMAND with a script that notes its arguments and runs the command here, as sshd would.
TEST_F(CloneTest, GoesThroughSsh) {
    const auto origin = make_origin();
    write(root / "bin/fake-ssh", "#!/bin/sh\necho \"$@\" >> '" + (root / "ssh-log").string() +
                                     "'\nfor last; do :; done\nexec sh -c \"$last\"\n");
    sh(root, "chmod +x bin/fake-ssh");
    CloneRequest wanted = request("ssh://git@example.org:2222" + origin.string());
    wanted.options.environment["GIT_SSH_COMMAND"] = (root / "bin/fake-ssh").string();
    const CloneResult result = clone(wanted);
    EXPECT_EQ(result.base_branch, "main");
    EXPECT_EQ(read(root / "work/app/src/app.txt"), "one\n");
    EXPECT_EQ(read(root / "ssh-log"), "-p 2222 git@example.org git-upload-pack '" + origin.string() + "'\n");

    result.repository.push("murmur/w/team/u/alice/fix", wanted.options);
    EXPECT_EQ(sh(origin, "git rev-parse murmur/w/team/u/alice/fix"), result.head);
}

TEST_F(CloneTest, ShowsWhatSshSaid) {
    write(root / "bin/fake-ssh", "#!/bin/sh\necho 'git@example.org: Permission denied (publickey).' >&2\nexit 255\n");
    sh(root, "chmod +x bin/fake-ssh");
    CloneRequest wanted = request("git@example.org:acme/app.git");
    wanted.options.environment["GIT_SSH_COMMAND"] = (root / "bin/fake-ssh").string();
    const Error error = failure_of(wanted);
    EXPECT_EQ(error.code(), Errc::unauthenticated);
    EXPECT_NE(error.message().find("Permission denied (publickey)"), std::string::npos) << error.message();
    EXPECT_NE(error.hint().find("git@example.org"), std::string::npos);
}

TEST_F(CloneTest, FollowsTheUrlRewritesOfTheConfiguration) {
    const auto origin = make_origin();
    write(home / ".gitconfig",
          "[url \"" + root.string() + "/\"]\ninsteadOf = https://git.example.org/\ninsteadOf = https://\n");
    const CloneResult result = clone(request("https://git.example.org/origin.git"));
    EXPECT_EQ(result.repository.origin_url(), "https://git.example.org/origin.git");
    result.repository.push("murmur/w/team/u/alice/fix", {});
    EXPECT_EQ(sh(origin, "git rev-parse murmur/w/team/u/alice/fix"), result.head);
}

TEST_F(CloneTest, NamesAMissingSshProgram) {
    CloneRequest wanted = request("git@example.org:acme/app.git");
    wanted.options.environment["GIT_SSH_COMMAND"] = "/nowhere/ssh-program";
    EXPECT_NE(failure_of(wanted).message().find("/nowhere/ssh-program"), std::string::npos);
}

}
}
