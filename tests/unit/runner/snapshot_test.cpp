#include "snapshot_world.hpp"

namespace murmur::runner {
namespace {

TEST_F(SnapshotTest, WorkAndSessionGoOnOnAnotherMachine) {
    const TranscriptBackend backend("");
    const WorkspaceRepo repo = clone_to("one");
    const SessionSpec spec = spec_of("one");
    sh(repo.path, "echo 1 > kept && git add kept && git commit -qm kept && echo 2 > open");
    write(root / "one/home/.cli/one/s-1.jsonl", "line\n");
    write(root / "one/home/.cli/one/s-1/sub/agent.jsonl", "sub\n");
    write(root / "one/home/.cli/one/s-2.jsonl", "another session\n");
    write(root / "one/home/.cli/log-7", "log\n");
    sh(root / "one/home", "chmod 640 .cli/log-7");
    SnapshotSaver saver = make_saver({repo});
    ASSERT_TRUE(save(saver, backend, spec, 3));
    EXPECT_EQ(newest().at("turn"), 3);
    EXPECT_EQ(newest().at("sessionId"), "s-1");
    EXPECT_EQ(newest().at("files").as_array().size(), 3u);
    EXPECT_FALSE(std::filesystem::exists(root / "one/saving"));

    const WorkspaceRepo there = clone_to("two");
    const SessionSpec new_spec = spec_of("two");
    {
        SnapshotRestorer restorer(newest(), blobs, root / "two", reports);
        const std::string head = restorer.restore_checkout(there.path, there.clone_url, branch);
        EXPECT_EQ(head, sh(repo.path, "git rev-parse HEAD"));
        restorer.restore_files(backend, new_spec);
        restorer.report_left_over();
    }
    EXPECT_EQ(sh(there.path, "git log -1 --format=%s; git status --porcelain; cat open"), "kept\n?? open\n2");
    EXPECT_EQ(read(root / "two/home/.cli/two/s-1.jsonl"), "line\n");
    EXPECT_EQ(read(root / "two/home/.cli/two/s-1/sub/agent.jsonl"), "sub\n");
    EXPECT_EQ(sh(root / "two/home", "stat -c %a .cli/log-7"), "640");
    EXPECT_FALSE(std::filesystem::exists(root / "two/home/.cli/two/s-2.jsonl"));
    EXPECT_FALSE(std::filesystem::exists(root / "two/restoring"));
    EXPECT_TRUE(reports.of("sessionEvent").empty());
}

TEST_F(SnapshotTest, SendsNothingTwiceAndReportsOnlyNews) {
    const TranscriptBackend backend("");
    const WorkspaceRepo repo = clone_to("one");
    const SessionSpec spec = spec_of("one");
    write(repo.path / "open", "1");
    write(root / "one/home/.cli/log-1", "a");
    SnapshotSaver saver = make_saver({repo});
    ASSERT_TRUE(save(saver, backend, spec));
    ASSERT_TRUE(save(saver, backend, spec));
    EXPECT_EQ(reports.of("snapshot").size(), 1u);
    EXPECT_EQ(blobs.uploads, 2);
    ASSERT_TRUE(save(saver, backend, spec, 2));
    EXPECT_EQ(reports.of("snapshot").size(), 2u) << "another turn";
    EXPECT_EQ(blobs.uploads, 2);
    write(root / "one/home/.cli/log-1", "b");
    ASSERT_TRUE(save(saver, backend, spec, 2));
    EXPECT_EQ(reports.of("snapshot").size(), 3u);
    EXPECT_EQ(blobs.uploads, 3);
}

TEST_F(SnapshotTest, SavesAgainWhatTheStoreHasLost) {
    const TranscriptBackend backend("");
    const WorkspaceRepo repo = clone_to("one");
    const SessionSpec spec = spec_of("one");
    write(repo.path / "open", "1");
    write(root / "one/home/.cli/log-1", "a");
    SnapshotSaver saver = make_saver({repo});
    ASSERT_TRUE(save(saver, backend, spec));
    for (const auto& entry : store->list()) store->remove(entry.sha256, clock.now() + std::chrono::hours(1));
    ASSERT_TRUE(save(saver, backend, spec, 2));
    EXPECT_EQ(store->list().size(), 2u);
}

TEST_F(SnapshotTest, TriesAgainWithGrowingPausesAndTellsOnce) {
    const TranscriptBackend backend("");
    const SessionSpec spec = spec_of("one");
    write(root / "one/home/.cli/log-1", "a");
    SnapshotSaver saver = make_saver({});
    ASSERT_TRUE(save(saver, backend, spec));
    blobs.failures = 3;
    ASSERT_TRUE(save(saver, backend, spec));
    ASSERT_EQ(pauses.size(), 3u);
    EXPECT_LT(pauses[0], pauses[2]);
    ASSERT_EQ(reports.of("saveFailed").size(), 1u);
    EXPECT_EQ(reports.of("saveFailed")[0].at("hint"), "Make room.");
    EXPECT_EQ(reports.of("snapshot").size(), 2u) << "the same again, as it says that saving works";
    pauses.clear();
    blobs.failures = 100;
    EXPECT_FALSE(save(saver, backend, spec)) << "told to give up";
}

TEST_F(SnapshotTest, AForkGetsACopyUnderItsOwnBranch) {
    const TranscriptBackend backend("");
    const WorkspaceRepo repo = clone_to("one");
    const SessionSpec spec = spec_of("one");
    sh(repo.path, "git commit -q --allow-empty -m theirs");
    write(root / "one/home/.cli/one/s-1.jsonl", "line\n");
    SnapshotSaver saver = make_saver({repo});
    ASSERT_TRUE(save(saver, backend, spec));
    const WorkspaceRepo fork = clone_to("two", "murmur/w/team/u/alice/fork");
    SnapshotRestorer restorer(newest(), blobs, root / "two", reports);
    restorer.restore_checkout(fork.path, fork.clone_url, fork.branch);
    restorer.restore_files(backend, spec_of("two", "s-9"));
    EXPECT_EQ(sh(fork.path, "git log -1 --format=%s; git branch --format='%(refname:short)'"),
              "theirs\nmain\nmurmur/w/team/u/alice/fork");
    EXPECT_EQ(read(root / "two/home/.cli/two/s-1.jsonl"), "line\n");
}

TEST_F(SnapshotTest, TheUsersHomeHasOnlyFilesOfTheSession) {
    const TranscriptBackend backend("~/");
    const SessionSpec spec = spec_of("one");
    write(root / "user/.cli/one/s-1.jsonl", "line\n");
    write(root / "user/.cli/log-1", "of everyone\n");
    SnapshotSaver saver = make_saver({});
    ASSERT_TRUE(save(saver, backend, spec));
    const auto files = newest().at("files").as_array();
    ASSERT_EQ(files.size(), 1u);
    EXPECT_EQ(files[0].at("path"), "~/.cli/one/s-1.jsonl");

    SnapshotRestorer(newest(), blobs, root / "two", reports).restore_files(backend, spec_of("two"));
    EXPECT_EQ(read(root / "user/.cli/two/s-1.jsonl"), "line\n");
    write(root / "user/.cli/two/s-1.jsonl", "line\nlater\n");
    SnapshotRestorer(newest(), blobs, root / "two", reports).restore_files(backend, spec_of("two"));
    EXPECT_EQ(read(root / "user/.cli/two/s-1.jsonl"), "line\nlater\n") << "what is there is newer";

    json::object evil = newest();
    evil["files"].as_array()[0].as_object()["path"] = "~/.ssh/authorized_keys";
    EXPECT_THROW(SnapshotRestorer(evil, blobs, root / "two", reports).restore_files(backend, spec_of("two")), Error);
    EXPECT_FALSE(std::filesystem::exists(root / "user/.ssh"));
}

TEST_F(SnapshotTest, PathsThatLeaveTheHomeAreRefused) {
    const TranscriptBackend backend("");
    json::object evil = {
        {"files", json::array{json::object{{"path", "../outside"}, {"sha256", std::string(64, 'a')}}}}};
    EXPECT_THROW(SnapshotRestorer(evil, blobs, root / "two", reports), Error);
    const SessionSpec spec = spec_of("two");
    std::filesystem::create_directory_symlink(root, root / "two/home/link");
    EXPECT_THROW(SessionHomes(spec).resolve("link/outside"), Error);
    EXPECT_THROW(SessionHomes(spec).resolve("a/../../x"), Error);
    EXPECT_THROW(SessionHomes(spec).resolve("/etc/passwd"), Error);
    std::vector<std::string> refused;
    write(root / "outside", "x");
    const auto found = find_session_files({"link/outside", "../outside", "~/.cli/*", "/etc/passwd"}, spec,
                                          [&](const std::string& why) { refused.push_back(why); });
    EXPECT_TRUE(found.empty());
    EXPECT_EQ(refused.size(), 4u);
}

TEST_F(SnapshotTest, SymbolicLinksAmongTheFilesAreNotFollowed) {
    const SessionSpec spec = spec_of("one");
    write(root / "secret", "x");
    write(root / "one/home/.cli/one/s-1/a", "a");
    std::filesystem::create_symlink(root / "secret", root / "one/home/.cli/one/s-1/b");
    const auto found = find_session_files({".cli/one/s-1", ".cli/one/s-1/*"}, spec, [](const std::string&) {});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].path, ".cli/one/s-1/a");
}

TEST_F(SnapshotTest, WhatDidNotGetToTheMachineStaysInTheSnapshot) {
    const TranscriptBackend backend("");
    const WorkspaceRepo repo = clone_to("one");
    const SessionSpec spec = spec_of("one");
    write(repo.path / "open", "1");
    write(root / "one/home/.cli/one/s-1.jsonl", "line\n");
    SnapshotSaver saver = make_saver({repo});
    ASSERT_TRUE(save(saver, backend, spec));
    const json::object before = newest();

    SnapshotSaver nothing = make_saver({}, "two");
    const auto give_up = [](std::chrono::milliseconds) { return false; };
    ASSERT_TRUE(nothing.save({.backend = "cli", .files = std::nullopt, .checkpoint = {}, .turn = 1}, give_up));
    EXPECT_EQ(reports.of("snapshot").size(), 1u) << "it never came to any work";
    ASSERT_TRUE(
        nothing.save({.backend = "cli", .files = std::nullopt, .checkpoint = {}, .turn = 2, .base = &before}, give_up));
    EXPECT_EQ(reports.of("snapshot").size(), 2u);
    EXPECT_EQ(newest().at("repos"), before.at("repos"));
    EXPECT_EQ(newest().at("files"), before.at("files"));
    EXPECT_EQ(newest().at("sessionId"), "s-1");

    // With the checkout there, only what is not here is carried over.
    write(repo.path / "open", "2");
    ASSERT_TRUE(
        saver.save({.backend = "cli", .files = std::nullopt, .checkpoint = {}, .turn = 3, .base = &before}, give_up));
    EXPECT_NE(newest().at("repos"), before.at("repos"));
    EXPECT_EQ(newest().at("repos").as_array().size(), 1u);
    EXPECT_EQ(newest().at("files"), before.at("files"));
}

TEST_F(SnapshotTest, NothingUnfinishedIsLeftInTheUsersHome) {
    const TranscriptBackend backend("~/");
    write(root / "user/.cli/one/s-1.jsonl", "line\n");
    SnapshotSaver saver = make_saver({});
    ASSERT_TRUE(save(saver, backend, spec_of("one")));
    // As a runner that was killed has left it.
    write(root / "user/.cli/two/s-1.jsonl.restoring", "li");
    write(root / "user/.cli/two/s-1.jsonl.restoring.partial", "l");
    SnapshotRestorer(newest(), blobs, root / "two", reports).restore_files(backend, spec_of("two"));
    EXPECT_EQ(sh(root / "user/.cli/two", "ls; cat s-1.jsonl"), "s-1.jsonl\nline");
    ASSERT_EQ(blobs.downloads.size(), 1u);
    EXPECT_EQ(blobs.downloads[0].parent_path(), root / "two/restoring");
}

TEST_F(SnapshotTest, WorkOfARepositoryThatIsGoneIsTold) {
    const TranscriptBackend backend("");
    const WorkspaceRepo repo = clone_to("one");
    const SessionSpec spec = spec_of("one");
    write(repo.path / "open", "1");
    SnapshotSaver saver = make_saver({repo});
    ASSERT_TRUE(save(saver, backend, spec));
    SnapshotRestorer restorer(newest(), blobs, root / "two", reports);
    EXPECT_EQ(restorer.restore_checkout(repo.path, "/another.git", branch), "");
    restorer.report_left_over();
    ASSERT_EQ(reports.of("sessionEvent").size(), 1u);
}

}
}
