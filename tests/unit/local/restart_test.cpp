#include <gtest/gtest.h>

#include <filesystem>

#include "local_support.hpp"

namespace murmur::local {
namespace {

using namespace testing;

/// The machine for a life of its runner that is known by its number.
MachineSpec life(int number, const std::string& script) {
    MachineSpec spec = World::shell_machine("m-1", script);
    spec.runner.environment["MURMUR_INCARNATION"] = std::to_string(number);
    return spec;
}

TEST(LocalRestart, FindsTheDiskAndEndsEvenWhatLeftTheSession) {
    World world;
    const MachineHandle handle = world.substrate.start(
        life(1, "setsid sh -c 'trap \"\" TERM; echo $$ > stray.pid; exec sleep 1000' & exec sleep 1000"), test_call());
    const pid_t stray = wait_for_pid(world.machine("m-1") / "stray.pid");
    write_text(world.machine("m-1") / "work", "precious");
    const MachineHandle again =
        world.substrate.restart(handle, life(2, "echo $MURMUR_INCARNATION $(cat work); exec sleep 1000"), test_call());
    EXPECT_FALSE(is_alive(stray));
    EXPECT_NE(again.data.at("pid"), handle.data.at("pid"));
    EXPECT_TRUE(eventually([&] { return read_text(world.machine("m-1") / "runner.log") == "2 precious\n"; }));
    EXPECT_EQ(world.substrate.inspect(again, test_call()).state, MachineState::running);
    EXPECT_EQ(world.substrate.inspect(handle, test_call()).state, MachineState::gone) << "the last life";
}

TEST(LocalRestart, OneThatFailedLeavesTheDiskAndCanBeRepeated) {
    World world;
    const MachineHandle handle = world.substrate.start(life(1, "exec sleep 1000"), test_call());
    write_text(world.machine("m-1") / "work", "precious");
    MachineSpec missing = life(2, "");
    missing.runner.argv = {"/no/such/runner"};
    EXPECT_EQ(error_of([&] { world.substrate.restart(handle, missing, test_call()); }).code(), Errc::not_found);
    EXPECT_EQ(world.substrate.inspect(handle, test_call()).state, MachineState::gone);
    EXPECT_EQ(read_text(world.machine("m-1") / "work"), "precious");
    const MachineHandle again = world.substrate.restart(handle, life(2, "exec sleep 1000"), test_call());
    EXPECT_EQ(world.substrate.inspect(again, test_call()).state, MachineState::running);
}

TEST(LocalRestart, ADamagedRecordIsNoObstacle) {
    World world;
    const MachineHandle handle = world.substrate.start(life(1, "echo $$ > own.pid; exec sleep 1000"), test_call());
    const pid_t first = wait_for_pid(world.machine("m-1") / "own.pid");
    write_text(world.machine("m-1") / "machine.json", "{");
    const MachineHandle again = world.substrate.restart(handle, life(2, "exec sleep 1000"), test_call());
    EXPECT_FALSE(is_alive(first));
    EXPECT_EQ(world.substrate.inspect(again, test_call()).state, MachineState::running);
}

TEST(LocalRestart, OneThatHasRunAndEndedIsNotStartedTwice) {
    World world;
    const MachineHandle handle = world.substrate.start(life(1, "exec sleep 1000"), test_call());
    const MachineHandle once = world.substrate.restart(handle, life(2, "echo again"), test_call());
    ASSERT_TRUE(eventually([&] { return world.substrate.inspect(once, test_call()).state == MachineState::gone; }));
    EXPECT_EQ(world.substrate.restart(handle, life(2, "echo again"), test_call()).data, once.data);
    EXPECT_EQ(read_text(world.machine("m-1") / "runner.log"), "again\n");
}

TEST(LocalRestart, AHandleIsForItsOwnMachine) {
    World world;
    const MachineHandle handle = world.substrate.start(life(1, "exec sleep 1000"), test_call());
    MachineSpec other = life(2, "true");
    other.id = "m-2";
    EXPECT_EQ(error_of([&] { world.substrate.restart(handle, other, test_call()); }).code(), Errc::invalid_argument);
}

}
}
