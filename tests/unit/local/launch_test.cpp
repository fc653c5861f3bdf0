#include "launch.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "local_support.hpp"

namespace murmur::local {
namespace {

using namespace testing;

enum class CrashPoint { directory_made, process_held, record_written, released };

ChildProgram program_for(const MachineSpec& spec, const MachineDirectory& directory, const UniqueFd& null) {
    ChildProgram program;
    program.file = spec.runner.argv.front();
    program.argv = spec.runner.argv;
    program.environment = {"PATH=/usr/bin:/bin", std::string(marker_variable) + "=" + directory.path().native()};
    program.directory = directory.fd();
    program.standard_input = program.standard_output = program.standard_error = null.get();
    return program;
}

/// A murmurd that is killed at that point of starting the machine.
void start_and_crash(const World& world, const MachineSpec& spec, CrashPoint point) {
    const pid_t murmurd = ::fork();
    ASSERT_GE(murmurd, 0);
    if (murmurd == 0) {
        const MachineDirectory directory =
            MachineDirectory::open_or_create(world.directory.path() / "machines", spec.id, test_call());
        if (point == CrashPoint::directory_made) ::_exit(0);
        const UniqueFd null = open_null();
        HeldProcess runner(program_for(spec, directory, null));
        if (point == CrashPoint::process_held) ::_exit(0);
        directory.write_record(
            {.leader = runner.identity(), .boot_id = boot_id(), .directory = directory.path().native()});
        if (point == CrashPoint::record_written) ::_exit(0);
        runner.release();
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(murmurd, &status, 0), murmurd);
    ASSERT_EQ(status, 0);
}

class CrashWindow : public ::testing::TestWithParam<CrashPoint> {};

TEST_P(CrashWindow, StartingAgainMakesExactlyOneRunner) {
    World world;
    std::filesystem::create_directory(world.directory.path() / "machines");
    const MachineSpec spec = World::shell_machine("m-1", "echo run >> runs; exec sleep 1000");
    start_and_crash(world, spec, GetParam());
    const MachineHandle handle = world.substrate.start(spec, test_call());
    EXPECT_EQ(world.substrate.inspect(handle, test_call()).state, MachineState::running);
    ASSERT_TRUE(eventually([&] { return !read_text(world.machine("m-1") / "runs").empty(); }));
    EXPECT_TRUE(eventually([&] { return find_members(world.membership(handle)).size() == 1; }));
    EXPECT_EQ(read_text(world.machine("m-1") / "runs"), "run\n");
    EXPECT_EQ(peek_record(world.directory.path() / "machines", "m-1")->leader, world.membership(handle).leader);
}

TEST_P(CrashWindow, DestroyingLeavesNothing) {
    World world;
    std::filesystem::create_directory(world.directory.path() / "machines");
    const MachineSpec spec = World::shell_machine("m-1", "exec sleep 1000");
    start_and_crash(world, spec, GetParam());
    world.substrate.destroy({"m-1", {}}, test_call());
    EXPECT_TRUE(find_members({{}, world.machine("m-1")}).empty());
    EXPECT_TRUE(std::filesystem::is_empty(world.directory.path() / "machines"));
}

INSTANTIATE_TEST_SUITE_P(EveryPoint, CrashWindow,
                         ::testing::Values(CrashPoint::directory_made, CrashPoint::process_held,
                                           CrashPoint::record_written, CrashPoint::released));

TEST(HeldProcess, RunsNothingWithoutTheWord) {
    World world;
    std::filesystem::create_directory(world.directory.path() / "machines");
    const MachineDirectory directory =
        MachineDirectory::open_or_create(world.directory.path() / "machines", "m-1", test_call());
    const UniqueFd null = open_null();
    const MachineSpec spec = World::shell_machine("m-1", "echo run > runs");
    ProcessIdentity identity;
    {
        const HeldProcess held(program_for(spec, directory, null));
        identity = held.identity();
        EXPECT_TRUE(find_process(identity));
    }
    EXPECT_TRUE(eventually([&] { return !find_process(identity); }));
    EXPECT_FALSE(directory.was_launched());
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "runs"));
}

TEST(HeldProcess, SurvivesItsMakerAndIsNoZombieOfIt) {
    World world;
    const MachineSpec spec = World::shell_machine("m-1", "exec sleep 1000");
    const pid_t murmurd = ::fork();
    ASSERT_GE(murmurd, 0);
    if (murmurd == 0) {
        world.substrate.start(spec, test_call());
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(murmurd, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    const MachineHandle handle = world.substrate.start(spec, test_call());
    EXPECT_EQ(world.substrate.inspect(handle, test_call()).state, MachineState::running);
    // Not our child, hence nothing to wait for, ever.
    EXPECT_EQ(::waitpid(static_cast<pid_t>(handle.data.at("pid").as_int64()), nullptr, WNOHANG), -1);
}

}
}
