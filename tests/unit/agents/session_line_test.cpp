#include "lifecycle_world.hpp"

namespace murmur {
namespace {

/// "KIND text" of each line of the session's stream.
std::vector<std::string> told(const LifecycleWorld& world) {
    std::vector<std::string> lines;
    for (const SessionLine& line : world.lines) lines.push_back(line.kind + (line.text.empty() ? "" : " ") + line.text);
    return lines;
}

using Lines = std::vector<std::string>;

TEST(SessionLine, TheStreamTellsWhenTheSessionBeginsWhatItIsToldAndWhenItEnds) {
    LifecycleWorld world;
    world.run(OnIdle::terminate);
    EXPECT_EQ(told(world), (Lines{"SESSION_START", "USER_TEXT fix it"}));
    EXPECT_EQ(world.lines[1].at, world.now - std::chrono::milliseconds(1)) << "the runner's time, not the host's";
    world.end_turn();
    world.end_session();
    EXPECT_EQ(told(world).back(), "SESSION_END");
}

TEST(SessionLine, ASessionThatGoesOnInAnotherProcessSaysSo) {
    LifecycleWorld world;
    world.run();
    world.end_turn();
    world.lose_runner();
    world.restart();
    EXPECT_EQ(told(world).back(), "SESSION_START resumed");
}

TEST(SessionLine, WhatATurnTakesInWhileItRunsIsTold) {
    LifecycleWorld world;
    world.run();
    world.apply(command::SendMessage{"f-2", "also"});
    world.report("messagesTaken", {{"turn", 1}, {"messageIds", json::array{"f-2"}}, {"text", "also"}});
    EXPECT_EQ(told(world).back(), "USER_TEXT also");
}

TEST(SessionLine, TheEndOfAFailedSessionSaysWhy) {
    LifecycleWorld world;
    world.run();
    world.report("sessionEnded",
                 {{"outcome", "failed"}, {"saved", true}, {"error", json::object{{"message", "no such program"}}}});
    EXPECT_EQ(told(world).back(), "SESSION_END no such program");
}

}
}
