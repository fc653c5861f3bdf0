#include "agents/tell.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

TEST(Tell, AChildsNewsIsReadBackWhole) {
    const command::ChildChanged changed{{"sub", "local/a/w/x/root/sub", Phase::failed, 7, {1.5, 2, 3, 4}}, "no room"};
    const Tell tell = read_tell(tell_child_changed("local/a/w/x/root", changed));
    EXPECT_EQ(tell.to, "local/a/w/x/root");
    const auto& read = std::get<command::ChildChanged>(tell.command);
    EXPECT_EQ(read.child.slug, "sub");
    EXPECT_EQ(read.child.workflow_id, "local/a/w/x/root/sub");
    EXPECT_EQ(read.child.phase, Phase::failed);
    EXPECT_EQ(read.child.generation, 7);
    EXPECT_EQ(read.child.spent, (Spending{1.5, 2, 3, 4}));
    EXPECT_EQ(read.text, "no room");
}

TEST(Tell, AKillIsReadBackWhole) {
    for (const bool discard : {false, true})
        EXPECT_EQ(std::get<command::Kill>(read_tell(tell_kill("a", {discard})).command).discard, discard);
}

TEST(Tell, WhatIsNoneIsDamage) {
    for (const json::object& body : {json::object{}, json::object{{"to", "a"}, {"what", "sing"}},
                                     json::object{{"to", "a"}, {"what", "kill"}, {"discard", 1}}}) {
        try {
            read_tell(body);
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::data_loss);
        }
    }
}

}
}
