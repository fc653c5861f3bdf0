#include "supervisor_fixture.hpp"

namespace murmur::runner {
namespace {

/// What the agent did to its checkout before its runner was lost.
class BrokenCheckoutTest : public SupervisorTest {
protected:
    /// An assignment of the origin and another one.
    json::object beside(const std::filesystem::path& other) const {
        return {{"repos", json::array{json::object{{"cloneUrl", origin.string()}, {"branch", branch}},
                                      json::object{{"cloneUrl", other.string()}, {"branch", branch}}}}};
    }
    void leave(const std::string& script) {
        backend->pattern.commit_changes = false;
        start(script + "; echo up; sleep 1000");
        server.wait_report("sessionEvent");
        lose_runner();
        next_life();
    }
    json::object rescue(json::object more = {}) {
        more["rescue"] = true;
        more["messages"] = json::array();
        start("never", std::move(more));
        return ended();
    }
    std::string subject_on_origin() { return on_origin("git log -1 --format=%s"); }
    /// What a machine that begins from the newest snapshot has.
    std::string restored(const std::string& command) {
        const json::object snapshot = last("snapshot");
        next_life();
        options.machine_directory = root / "another";
        std::filesystem::create_directories(options.machine_directory);
        start("never", {{"restore", snapshot}, {"messages", json::array()}});
        server.wait_report("sessionStarted");
        const std::string out = sh(checkout(), command);
        stop();
        return out;
    }
    std::filesystem::path checkout() const { return options.machine_directory / "workspace/origin"; }
    static constexpr const char* work = "echo a > a; git add a; git commit -qm Precious; echo draft > draft.txt";
};

TEST_F(BrokenCheckoutTest, RemotesAreTheAgentsOwn) {
    for (const std::string change :
         {"git remote set-url origin ../../nowhere", "git remote rename origin upstream", "git remote remove origin",
          "git remote rename origin upstream; git remote add origin ../../nowhere"}) {
        options.machine_directory = root / ("machine-" + std::to_string(options.hello.incarnation));
        std::filesystem::create_directories(options.machine_directory);
        sh(origin, "git branch -q -D " + std::string(branch) + " || true");
        // The push waits for a hook that refuses, so that the commit is only here.
        write(origin / "hooks/pre-receive", "#!/bin/sh\n! grep -q x\n");
        leave("chmod +x '" + (origin / "hooks/pre-receive").string() + "'; " + change + "; " + work);
        EXPECT_EQ(rescue().at("saved"), true) << change;
        const json::object repo = last("snapshot").at("repos").at(0).as_object();
        EXPECT_TRUE(repo.contains("uncommitted")) << change;
        EXPECT_TRUE(repo.contains("bundleSha256")) << change;
        std::filesystem::remove(origin / "hooks/pre-receive");
        EXPECT_EQ(restored("git log -1 --format=%s; cat draft.txt"), "Precious\ndraft") << change;
        next_life();
    }
}

TEST_F(BrokenCheckoutTest, PushesGoToTheAssignedOriginWhateverTheRemotesAre) {
    sh(root, "git init -q --bare fork.git");
    leave("git remote rename origin upstream; git remote add origin '" + (root / "fork.git").string() + "'; " + work +
          "; git push -q origin HEAD");
    EXPECT_EQ(rescue().at("saved"), true);
    EXPECT_EQ(subject_on_origin(), "Precious");
    EXPECT_EQ(count("pushFailed"), 0u);
}

TEST_F(BrokenCheckoutTest, ADamagedOneIsNeverReportedAsSaved) {
    leave(work);
    write(checkout() / ".git/HEAD", "garbage\n");
    EXPECT_EQ(rescue().at("saved"), false);
    EXPECT_EQ(count("snapshot"), 0u);
    EXPECT_NE(server.wait_report("saveFailed").at("message").as_string().find("damaged"), std::string::npos);
    next_life();
    start("never", {{"messages", json::array()}});
    const json::object end = ended();
    EXPECT_EQ(end.at("outcome"), "failed");
    EXPECT_EQ(end.at("saved"), false);
    EXPECT_EQ(count("snapshot"), 0u);
    EXPECT_EQ(read(checkout() / "draft.txt"), "draft\n");
}

TEST_F(BrokenCheckoutTest, ATornBranchIsNeverReportedAsSaved) {
    leave(work);
    write(checkout() / ".git/refs/heads" / branch, "");
    EXPECT_EQ(rescue().at("saved"), false);
    EXPECT_EQ(count("snapshot"), 0u);
}

TEST_F(BrokenCheckoutTest, KeepsTheOthersFromNothing) {
    const auto other = make_origin("other.git");
    const json::object both = beside(other);
    backend->pattern.commit_changes = false;
    start("echo early > early.txt", both);
    server.wait_report("turnEnded");
    message("msg-2", "echo late > late.txt; echo late > ../other/late.txt; echo up; sleep 1000");
    server.wait_report("sessionEvent");
    lose_runner();
    write(checkout() / ".git/HEAD", "");
    next_life();
    EXPECT_EQ(rescue(both).at("saved"), false);
    const json::array repos = last("snapshot").at("repos").as_array();
    ASSERT_EQ(repos.size(), 2u);
    EXPECT_EQ(repos[0].at("cloneUrl").as_string(), other.string());
    EXPECT_TRUE(repos[0].as_object().contains("uncommitted"));
    EXPECT_EQ(repos[1].at("cloneUrl").as_string(), origin.string());
    EXPECT_TRUE(repos[1].as_object().contains("uncommitted")) << "as it was saved last";
}

TEST_F(BrokenCheckoutTest, OneThatWasNeverSavedIsNamedBesideTheOthers) {
    const auto other = make_origin("other.git");
    const json::object both = beside(other);
    backend->pattern.commit_changes = false;
    start("echo late > ../other/late.txt; echo up; sleep 1000", both);
    server.wait_report("sessionEvent");
    lose_runner();
    write(checkout() / ".git/HEAD", "");
    next_life();
    EXPECT_EQ(rescue(both).at("saved"), false);
    const json::array repos = last("snapshot").at("repos").as_array();
    ASSERT_EQ(repos.size(), 2u);
    EXPECT_TRUE(repos[0].as_object().contains("uncommitted"));
    EXPECT_EQ(repos[1].at("cloneUrl").as_string(), origin.string());
    EXPECT_NE(json::serialize(repos[1].at("notes")).find("could not be saved"), std::string::npos);
}

TEST_F(BrokenCheckoutTest, AnotherRepositoryInItsPlaceIsKept) {
    leave(work);
    const auto other = make_origin("elsewhere/origin.git");
    const json::object moved = {{"repos", json::array{json::object{{"cloneUrl", other.string()}, {"branch", branch}}}}};
    EXPECT_EQ(rescue(moved).at("saved"), false);
    EXPECT_EQ(count("snapshot"), 0u);
    EXPECT_EQ(read(checkout() / "draft.txt"), "draft\n");
}

TEST_F(BrokenCheckoutTest, AnOlderOneIsKnownByItsOriginAndRememberedFromThen) {
    leave("git config --unset murmur.cloneurl; " + std::string(work));
    EXPECT_EQ(rescue().at("saved"), true);
    EXPECT_EQ(sh(checkout(), "git config murmur.cloneurl"), origin.string());
}

TEST_F(BrokenCheckoutTest, FilesWithoutGitBecomeACheckoutAgain) {
    leave("rm -rf .git README.md; echo precious > work.txt; echo mine > src/app.txt");
    start("", {{"messages", json::array()}});
    server.wait_report("sessionStarted");
    EXPECT_EQ(sh(checkout(), "git status --porcelain; cat work.txt src/app.txt"),
              " D README.md\n M src/app.txt\n?? work.txt\nprecious\nmine");
    EXPECT_EQ(sh(checkout(), "git branch --show-current"), branch);
    EXPECT_EQ(stop().at("saved"), true);
    EXPECT_FALSE(std::filesystem::exists(options.machine_directory / "cloning/origin"));
    EXPECT_EQ(restored("cat work.txt src/app.txt; ls"), "precious\nmine\nsrc\nwork.txt");
}

TEST_F(BrokenCheckoutTest, FilesWithoutGitAreRescued) {
    leave("rm -rf .git; echo precious > work.txt");
    EXPECT_EQ(rescue().at("saved"), true);
    EXPECT_EQ(restored("cat work.txt; git status --porcelain"), "precious\n?? work.txt");
}

TEST_F(BrokenCheckoutTest, FilesWithoutGitAreNotSavedWhileTheOriginIsAway) {
    leave("rm -rf .git; echo precious > work.txt");
    std::filesystem::rename(origin, root / "away");
    EXPECT_EQ(rescue().at("saved"), false);
    EXPECT_EQ(count("snapshot"), 0u);
    next_life();
    start("", {{"messages", json::array()}});
    EXPECT_EQ(ended().at("saved"), false);
    EXPECT_EQ(read(checkout() / "work.txt"), "precious\n");
    std::filesystem::rename(root / "away", origin);
    next_life();
    EXPECT_EQ(rescue().at("saved"), true);
    EXPECT_EQ(restored("cat work.txt"), "precious");
}

TEST_F(BrokenCheckoutTest, ASessionThatEndsWithoutItsGitIsNotSavedByItself) {
    backend->pattern.commit_changes = false;
    start("rm -rf .git; echo precious > work.txt");
    server.wait_report("turnEnded");
    EXPECT_EQ(stop().at("saved"), false);
    next_life();
    EXPECT_EQ(rescue().at("saved"), true);
    EXPECT_EQ(restored("cat work.txt"), "precious");
}

TEST_F(BrokenCheckoutTest, WhatIsRestoredOverwritesNoFilesThatAreThere) {
    leave("echo saved > work.txt; echo s > only");
    EXPECT_EQ(rescue().at("saved"), true);
    const json::object snapshot = last("snapshot");
    next_life();
    options.machine_directory = root / "another";
    write(checkout() / "work.txt", "newer\n");
    start("never", {{"restore", snapshot}, {"messages", json::array()}});
    server.wait_report("sessionStarted");
    EXPECT_EQ(read(checkout() / "work.txt"), "newer\n");
    EXPECT_FALSE(std::filesystem::exists(checkout() / "only"));
    EXPECT_EQ(sh(checkout(), "git show " + std::string(branch) + "-uncommitted:only"), "s");
    std::string notes;
    for (const json::object& report : server.seen().reports)
        if (const json::value* step = report.if_contains("preparing")) notes += json::serialize(*step);
    EXPECT_NE(notes.find(std::string(branch) + "-uncommitted"), std::string::npos) << notes;
    stop();
}

TEST_F(BrokenCheckoutTest, ARescueFindsTheSessionByWhereItWorked) {
    const std::filesystem::path transcript = root / "machine/home/places/origin";
    leave("mkdir -p '" + transcript.parent_path().string() + "'; echo said > '" + transcript.string() + "'");
    EXPECT_EQ(rescue().at("saved"), true);
    EXPECT_EQ(last("snapshot").at("files").at(0).at("path"), "places/origin");
}

TEST_F(BrokenCheckoutTest, ARescueWithoutTheBackendKeepsTheFilesThatWereSaved) {
    write(root / "machine/home/transcript", "said\n");
    start("echo x");
    server.wait_report("turnEnded");
    lose_runner();
    next_life();
    options.backend = [](const Assignment&) -> std::shared_ptr<Backend> {
        throw Error(Errc::not_found, "there is no such backend");
    };
    EXPECT_EQ(rescue().at("saved"), true);
    EXPECT_EQ(last("snapshot").at("files").at(0).at("path"), "transcript");
}

}
}
