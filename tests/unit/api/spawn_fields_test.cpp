#include "api/spawn_fields.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

namespace murmur {
namespace {

SpawnFields read(json::object request) { return read_spawn_fields(FieldReader(request)); }

std::string complaint(const std::string& request) {
    try {
        read(parse_json(request).as_object());
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument) << request;
        return error.message();
    }
    return "accepted";
}

TEST(SpawnFields, ContradictionsAreRefusedByName) {
    EXPECT_EQ(complaint(R"({"resurrect":true,"forceNew":true})"), "resurrect and force_new exclude each other");
    EXPECT_EQ(complaint(R"({"resurrect":true,"forkFrom":"a"})"), "resurrect and fork_from exclude each other");
    EXPECT_EQ(complaint(R"({"sessionMode":"interactive","pilot":true})"),
              "session_mode interactive and pilot exclude each other");
    EXPECT_EQ(complaint(R"({"sleepAfterMs":"1000","onIdle":"keep-alive"})"),
              "sleep_after_ms and on_idle keep-alive exclude each other");
    EXPECT_EQ(complaint(R"({"forceNew":true,"forkFrom":"a"})"), "accepted");
    EXPECT_EQ(complaint(R"({"sleepAfterMs":"1000","onIdle":"sleep"})"), "accepted");
}

TEST(SpawnFields, WhatCannotBeIsRefused) {
    EXPECT_EQ(complaint(R"({"sessionMode":"streeming"})"),
              "session_mode \"streeming\" is not one of autonomous, streaming, interactive");
    EXPECT_EQ(complaint(R"({"budget":{"maxCostUsd":-1}})"), "budget.max_cost_usd must not be negative");
    EXPECT_EQ(complaint(R"({"defaults":{"budget":{"maxTurns":-1}}})"),
              "defaults.budget.max_turns must not be negative");
    EXPECT_EQ(complaint(R"({"tasks":["a"," "]})"), "tasks[1] is empty");
    EXPECT_EQ(complaint(R"({"repos":[{"cloneUrl":"/a"},{"cloneUrl":"/a"}]})"), "repos[1] \"/a\" is there twice");
    EXPECT_EQ(complaint(R"({"repos":[{"cloneUrl":"a"}]})"), "repos[0].clone_url \"a\" is not a clone URL");
    EXPECT_EQ(complaint(R"({"repos":[{"cloneUrl":"/a","baseBranch":"main","workingBranch":"a:b"}]})"),
              "repos[0].working_branch \"a:b\" is no name for a branch");
    EXPECT_EQ(complaint(R"({"repos":[{"cloneUrl":"/a","baseBranch":"-f"}]})"),
              "repos[0].base_branch \"-f\" is no name for a branch");
    EXPECT_EQ(complaint(R"({"repos":[{"cloneUrl":"/a","conflictResolution":"rebse"}]})").substr(0, 27),
              "unknown conflict resolution");
    EXPECT_EQ(complaint(R"({"env":[{"name":"MURMUR_TOKEN","value":"x"}]})"),
              "variable \"MURMUR_TOKEN\" is reserved (MURMUR_* is internal)");
    EXPECT_EQ(complaint(R"({"sleepAfterMs":"-1"})").substr(0, 14), "sleep_after_ms");
    EXPECT_EQ(complaint("{\"purpose\":\"" + std::string(241, 'x') + "\"}"), "purpose is longer than 240 characters");
}

TEST(SpawnFields, APurposeIsCountedInCharacters) {
    std::string purpose;
    for (int i = 0; i < 240; ++i) purpose += "ü";
    EXPECT_EQ(read({{"purpose", purpose}}).purpose, purpose);
}

TEST(SpawnFields, WhatWasNotGivenIsAbsent) {
    const SpawnFields fields = read({});
    EXPECT_FALSE(fields.pilot);
    EXPECT_FALSE(fields.dequeue_strategy);
    EXPECT_FALSE(fields.wishes.on_idle);
    EXPECT_EQ(fields.session_mode, "");
    EXPECT_EQ(fields.wishes.budget, Budget());
}

TEST(SpawnFields, DefaultsAreKeptApart) {
    const SpawnFields fields = read(
        parse_json(
            R"({"model":"a","budget":{"maxTurns":3},"defaults":{"model":"b","onIdle":"terminate","budget":{"maxTimeMs":"5"}}})")
            .as_object());
    EXPECT_EQ(fields.wishes.model, "a");
    EXPECT_EQ(fields.wishes.budget, (Budget{0, 3, 0, 0}));
    EXPECT_FALSE(fields.wishes.on_idle);
    EXPECT_EQ(fields.defaults.model, "b");
    EXPECT_EQ(fields.defaults.on_idle, OnIdle::terminate);
    EXPECT_EQ(fields.defaults.budget, (Budget{0, 0, 5, 0}));
}

}
}
