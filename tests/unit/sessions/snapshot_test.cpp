#include "sessions/snapshot.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

namespace murmur {

namespace {

const std::string digest_a(64, 'a'), digest_b(64, 'b'), commit(40, 'c');

Snapshot example() {
    Snapshot snapshot{.backend = "command", .session_id = "s-1", .checkpoint = {{"turns", 2}}, .turn = 2};
    snapshot.files = {{".claude/projects/-w/s-1.jsonl", digest_a, 12, 0600}, {"x y/z", digest_a, 12, 0755}};
    snapshot.repos = {{"git@h:a/b.git", "fix", "main", commit, commit, digest_b, 99, {"refs/heads/fix"}},
                      {"/srv/c.git", "fix", "main", commit, "", "", 0, {}}};
    snapshot.machine_id = "m-1";
    return snapshot;
}

void expect_refused(json::object manifest, const std::string& part) {
    try {
        parse_snapshot(manifest);
        ADD_FAILURE() << "should have been refused: " << json::serialize(manifest);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        EXPECT_NE(error.message().find(part), std::string::npos) << error.message();
    }
}

TEST(Snapshot, SurvivesTheRoundTrip) {
    const json::object manifest = snapshot_json(example());
    const Snapshot back = parse_snapshot(manifest);
    EXPECT_EQ(snapshot_json(back), manifest);
    EXPECT_EQ(back.repos[0].references, std::vector<std::string>{"refs/heads/fix"});
    EXPECT_EQ(back.files[1].mode, 0755);
    EXPECT_EQ(back.checkpoint.at("turns"), 2);
    EXPECT_EQ(snapshot_blobs(back), (std::vector<std::string>{digest_a, digest_b}));
    EXPECT_TRUE(snapshot_blobs(parse_snapshot({})).empty());
}

TEST(Snapshot, TheIdIsOfTheContentNotOfItsOrder) {
    const json::object one{{"turn", 1}, {"checkpoint", json::object{{"a", 1}, {"b", 2}}}};
    const json::object same{{"checkpoint", json::object{{"b", 2}, {"a", 1}}}, {"turn", 1}};
    const json::object other{{"checkpoint", json::object{{"b", 2}, {"a", 2}}}, {"turn", 1}};
    EXPECT_EQ(snapshot_id(one), snapshot_id(same));
    EXPECT_NE(snapshot_id(one), snapshot_id(other));
    EXPECT_EQ(snapshot_id(one).size(), 64u);
}

TEST(Snapshot, PathsThatLeaveTheHomeAreRefused) {
    for (const char* path : {"/etc/passwd", "../x", "a/../../x", "a//b", "", ".", "a/", "a/./b"}) {
        const json::object file{{"path", path}, {"sha256", digest_a}, {"size", 1}};
        expect_refused({{"files", json::array{file}}}, "files[0].path");
    }
}

TEST(Snapshot, WhatIsNoManifestIsRefusedWithItsPlace) {
    const auto file = [](json::object fields) {
        json::object whole{{"path", "a"}, {"sha256", digest_a}, {"size", 1}};
        for (const auto& field : fields) whole.insert_or_assign(field.key(), field.value());
        return json::object{{"files", json::array{whole}}};
    };
    expect_refused(file({{"sha256", "abc"}}), "files[0].sha256");
    expect_refused(file({{"size", -1}}), "files[0].size");
    expect_refused(file({{"mode", 04755}}), "files[0].mode");
    expect_refused({{"repos", json::array{json::object{{"cloneUrl", "u"}, {"head", "main"}}}}}, "repos[0].head");
    expect_refused({{"repos", json::array{json::object{{"cloneUrl", "u"}, {"bundleSha256", "x"}}}}}, "undle");
    expect_refused({{"files", json::array{1}}}, "files[0]");
}

}

}
