#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>

#include "local_support.hpp"

namespace murmur::local {
namespace {

using namespace testing;

// A coding CLI's tool processes live in sessions of their own, are nobody's child any more, or have no environment.
constexpr const char* scattered_script =
    "setsid sh -c 'echo $$ > escaped; exec sleep 1000' &\n"
    "(setsid sh -c 'sleep 1000 & echo $! > orphan' &)\n"
    "env -i sh -c 'echo $$ > plain; exec sleep 1000' &\n"
    "exec sleep 1000";

struct Scattered {
    explicit Scattered(const std::filesystem::path& machine)
        : escaped(wait_for_pid(machine / "escaped")),
          orphan(wait_for_pid(machine / "orphan")),
          plain(wait_for_pid(machine / "plain")) {}
    pid_t escaped;
    pid_t orphan;
    pid_t plain;
};

TEST(Destroy, EndsEveryProcessWhereverItHid) {
    World world;
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", scattered_script), test_call());
    const Scattered processes(world.machine("m-1"));
    world.substrate.destroy(handle, test_call());
    EXPECT_FALSE(is_alive(processes.escaped));
    EXPECT_FALSE(is_alive(processes.orphan));
    EXPECT_FALSE(is_alive(processes.plain));
    EXPECT_TRUE(std::filesystem::is_empty(world.directory.path() / "machines"));
    world.substrate.destroy(handle, test_call());
    world.substrate.destroy({"never-was", {}}, test_call());
}

TEST(Destroy, EndsWhatADeadRunnerLeft) {
    World world;
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", scattered_script), test_call());
    const Scattered processes(world.machine("m-1"));
    ::kill(static_cast<pid_t>(handle.data.at("pid").as_int64()), SIGKILL);
    ASSERT_TRUE(eventually([&] { return world.substrate.inspect(handle, test_call()).state == MachineState::gone; }));
    ASSERT_TRUE(is_alive(processes.plain));
    world.substrate.destroy(handle, test_call());
    EXPECT_FALSE(is_alive(processes.escaped));
    EXPECT_FALSE(is_alive(processes.orphan));
    EXPECT_FALSE(is_alive(processes.plain));
}

TEST(Destroy, LeavesOtherMachinesAndTheirChildrenAlone) {
    World world;
    World other;
    // The same id on another state directory, and another id on this one.
    const MachineHandle same_id = other.substrate.start(World::shell_machine("m-1", scattered_script), test_call());
    const MachineHandle neighbour = world.substrate.start(World::shell_machine("m-2", scattered_script), test_call());
    const MachineHandle doomed = world.substrate.start(World::shell_machine("m-1", scattered_script), test_call());
    const Scattered first(other.machine("m-1"));
    const Scattered second(world.machine("m-2"));
    world.substrate.destroy(doomed, test_call());
    for (const Scattered& left : {first, second}) {
        EXPECT_TRUE(is_alive(left.escaped));
        EXPECT_TRUE(is_alive(left.orphan));
        EXPECT_TRUE(is_alive(left.plain));
    }
    EXPECT_EQ(other.substrate.inspect(same_id, test_call()).state, MachineState::running);
    EXPECT_EQ(world.substrate.inspect(neighbour, test_call()).state, MachineState::running);
}

TEST(Destroy, LetsTheRunnerSaveItsWorkAndReturnsAsSoonAsItHas) {
    LocalSettings settings = World::default_settings();
    settings.stop_grace = std::chrono::hours(1);
    World world(settings);
    const std::string saved = world.directory.path() / "saved";
    const std::string script =
        "trap 'echo work > " + saved + "; exit 0' TERM; echo up > up; while :; do sleep 0.05; done";
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", script), test_call());
    ASSERT_TRUE(eventually([&] { return read_text(world.machine("m-1") / "up") == "up\n"; }));
    // The grace is an hour and the call's half is far longer than the test may take: it must return on the exit itself.
    world.substrate.destroy(handle, test_call(std::chrono::hours(2)));
    EXPECT_EQ(read_text(saved), "work\n");
}

TEST(Destroy, KillsARunnerThatWillNotEnd) {
    World world;
    const MachineHandle handle = world.substrate.start(
        World::shell_machine("m-1", "trap '' TERM; echo up > up; while :; do sleep 0.05; done"), test_call());
    ASSERT_TRUE(eventually([&] { return read_text(world.machine("m-1") / "up") == "up\n"; }));
    world.substrate.destroy(handle, test_call());
    EXPECT_EQ(world.substrate.inspect(handle, test_call()).state, MachineState::gone);
}

TEST(Destroy, ASuspendedRunnerStillSavesItsWork) {
    LocalSettings settings = World::default_settings();
    settings.stop_grace = std::chrono::hours(1);
    World world(settings);
    const std::string saved = world.directory.path() / "saved";
    const std::string script =
        "trap 'echo work > " + saved + "; exit 0' TERM; echo up > up; while :; do sleep 0.05; done";
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", script), test_call());
    ASSERT_TRUE(eventually([&] { return read_text(world.machine("m-1") / "up") == "up\n"; }));
    world.suspend(handle);
    world.substrate.destroy(handle, test_call(std::chrono::hours(2)));
    EXPECT_EQ(read_text(saved), "work\n");
}

TEST(Destroy, CatchesProcessesThatForkAllTheTime) {
    World world;
    // A chain of short-lived processes in ever new sessions: at no moment is any of them a child of the runner.
    write_text(world.directory.path() / "chain", "#!/bin/sh\necho x >> \"$1\"\nsetsid \"$0\" \"$1\" &\n");
    std::filesystem::permissions(world.directory.path() / "chain", std::filesystem::perms::owner_all);
    const std::string beats = world.directory.path() / "beats";
    const std::string chain = (world.directory.path() / "chain").string() + " " + beats;
    const MachineHandle handle =
        world.substrate.start(World::shell_machine("m-1", chain + " & " + chain + " & exec sleep 1000"), test_call());
    ASSERT_TRUE(eventually([&] { return read_text(beats).size() > 50; }));
    world.substrate.destroy(handle, test_call());
    EXPECT_TRUE(find_members(world.membership(handle)).empty());
    const std::string after = read_text(beats);
    // Another machine's start and end give a survivor the time to show itself.
    world.substrate.destroy(world.substrate.start(World::shell_machine("m-2", "exec sleep 1000"), test_call()),
                            test_call());
    EXPECT_EQ(read_text(beats), after);
}

TEST(Destroy, WorksFromTheIdAloneAndWithADamagedRecord) {
    World world;
    world.substrate.start(World::shell_machine("m-1", scattered_script), test_call());
    const Scattered processes(world.machine("m-1"));
    write_text(world.machine("m-1") / "machine.json", "{\"pid\": ");
    EXPECT_EQ(error_of([&] { world.substrate.inspect({"m-1", {}}, test_call()); }).code(), Errc::data_loss);
    world.substrate.destroy({"m-1", {}}, test_call());
    EXPECT_FALSE(is_alive(processes.escaped));
    EXPECT_FALSE(is_alive(processes.orphan));
    EXPECT_FALSE(is_alive(processes.plain));
    EXPECT_FALSE(std::filesystem::exists(world.machine("m-1")));
}

TEST(Destroy, FinishesARemovalThatWasInterrupted) {
    World world;
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", "exec sleep 1000"), test_call());
    std::filesystem::create_directories(world.directory.path() / "machines" / ".removed-m-1" / "deep");
    world.substrate.destroy(handle, test_call());
    EXPECT_TRUE(std::filesystem::is_empty(world.directory.path() / "machines"));
}

TEST(Destroy, ACancelledCallMayBeRepeated) {
    World world;
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", scattered_script), test_call());
    std::stop_source stop;
    stop.request_stop();
    Call call = test_call();
    call.stop = stop.get_token();
    EXPECT_EQ(error_of([&] { world.substrate.destroy(handle, call); }).code(), Errc::cancelled);
    world.substrate.destroy(handle, test_call());
    EXPECT_FALSE(std::filesystem::exists(world.machine("m-1")));
}

TEST(Suspend, StopsAndContinuesTheWholeTree) {
    World world;
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", scattered_script), test_call());
    const Scattered processes(world.machine("m-1"));
    world.suspend(handle);
    for (const pid_t pid : {processes.escaped, processes.orphan, processes.plain}) EXPECT_TRUE(is_stopped(pid));
    EXPECT_EQ(error_of([&] { world.substrate.exec(handle, {"true"}, test_call()); }).code(), Errc::failed_precondition);
    world.substrate.resume(handle, test_call());
    for (const pid_t pid : {processes.escaped, processes.orphan, processes.plain})
        EXPECT_TRUE(eventually([&] { return is_alive(pid) && !is_stopped(pid); }));
    EXPECT_TRUE(
        eventually([&] { return world.substrate.inspect(handle, test_call()).state == MachineState::running; }));
}

TEST(Suspend, WhoWasContinuedOrKilledMeanwhileHindersNobody) {
    World world;
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", scattered_script), test_call());
    const Scattered processes(world.machine("m-1"));
    for (const int signal : {SIGCONT, SIGKILL}) {
        world.suspend(handle);
        ::kill(processes.orphan, signal);
        EXPECT_TRUE(eventually([&] { return !is_stopped(processes.orphan); }));
        world.substrate.resume(handle, test_call());
        for (const pid_t pid : {processes.escaped, processes.plain})
            EXPECT_TRUE(eventually([&] { return is_alive(pid) && !is_stopped(pid); }));
        EXPECT_TRUE(
            eventually([&] { return world.substrate.inspect(handle, test_call()).state == MachineState::running; }));
    }
}

TEST(Suspend, ThoseWhoStandAreKnownWithoutALook) {
    World world;
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", scattered_script), test_call());
    const Scattered processes(world.machine("m-1"));
    std::vector<ProcessIdentity> stopped;
    insist([&] { stopped = suspend_members(world.membership(handle), test_call()); });
    ASSERT_GE(stopped.size(), 4u);
    EXPECT_EQ(stopped.front(), world.membership(handle).leader);
    ::kill(processes.plain, SIGCONT);
    EXPECT_TRUE(eventually([&] { return !is_stopped(processes.plain); }));
    EXPECT_FALSE(resume_stopped(stopped));
    EXPECT_TRUE(is_stopped(processes.escaped));
    ::kill(processes.plain, SIGSTOP);
    EXPECT_TRUE(eventually([&] { return is_stopped(processes.plain); }));
    EXPECT_TRUE(resume_stopped(stopped));
    for (const pid_t pid : {processes.escaped, processes.orphan, processes.plain})
        EXPECT_TRUE(eventually([&] { return is_alive(pid) && !is_stopped(pid); }));
}

TEST(Suspend, NothingRunsWhileSuspended) {
    World world;
    const MachineHandle handle = world.substrate.start(
        World::shell_machine(
            "m-1",
            "(while :; do echo x >> beats; done) & setsid sh -c 'while :; do sleep 0.001; echo y >> beats; done'"),
        test_call());
    const std::filesystem::path beats = world.machine("m-1") / "beats";
    for (int round = 0; round < 5; ++round) {
        const auto before = std::filesystem::exists(beats) ? std::filesystem::file_size(beats) : 0;
        ASSERT_TRUE(
            eventually([&] { return std::filesystem::exists(beats) && std::filesystem::file_size(beats) > before; }));
        world.suspend(handle);
        const auto suspended = std::filesystem::file_size(beats);
        // One that waits in the kernel, for a disk or for a child of vfork that is stopped itself, stops when it
        // returns.
        for (const ProcessFacts& facts : find_members(world.membership(handle)))
            EXPECT_TRUE(facts.state == 'T' || facts.state == 'D') << facts.state;
        EXPECT_EQ(std::filesystem::file_size(beats), suspended);
        world.substrate.resume(handle, test_call());
    }
}

TEST(Zombies, CountAsGone) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    siginfo_t info{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
    const std::optional<ProcessFacts> facts = find_process(child);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->state, 'Z');
    EXPECT_FALSE(find_process(facts->identity));
    EXPECT_FALSE(open_process(facts->identity));
    EXPECT_EQ(send_signal(facts->identity, SIGTERM), SignalResult::gone);
    EXPECT_TRUE(find_members({facts->identity, {}}).empty());
    World world;
    MachineRecord record{.leader = facts->identity, .boot_id = boot_id(), .directory = world.machine("m-1")};
    EXPECT_EQ(world.substrate.inspect({"m-1", record_to_json(record)}, test_call()).state, MachineState::gone);
    ::waitpid(child, nullptr, 0);
}

}
}
