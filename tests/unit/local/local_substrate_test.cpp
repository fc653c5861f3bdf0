#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <set>
#include <thread>

#include "local_support.hpp"

namespace murmur::local {
namespace {

using namespace testing;

// Waits for nothing but signals, in one process.
constexpr const char* idle_script = "exec sleep 1000";

TEST(LocalSubstrate, RunsTheRunnerInItsOwnDirectorySessionAndEnvironment) {
    World world;
    ::setenv("MURMUR_TOKEN", "of the daemon", 1);
    ::setenv("MURMUR_STATE_DIR", "/state", 1);
    MachineSpec spec = World::shell_machine(
        "m-1",
        "env > env.txt; pwd > pwd.txt; ls -l /proc/self/fd > fds.txt; echo said; echo wrong >&2; exec sleep 1000");
    spec.runner.environment = {{"MURMUR_MACHINE_ID", "one"}, {"PLAIN", "with = and\nlines"}};
    const MachineHandle handle = world.substrate.start(spec, test_call());
    ::unsetenv("MURMUR_TOKEN");
    ::unsetenv("MURMUR_STATE_DIR");
    ASSERT_TRUE(eventually([&] { return read_text(world.machine("m-1") / "runner.log") == "said\nwrong\n"; }));

    const std::string environment = read_text(world.machine("m-1") / "env.txt");
    EXPECT_EQ(environment.find("MURMUR_TOKEN"), std::string::npos);
    EXPECT_NE(environment.find("MURMUR_STATE_DIR=/state\n"), std::string::npos);
    EXPECT_NE(environment.find("MURMUR_MACHINE_ID=one\n"), std::string::npos);
    EXPECT_NE(environment.find("MURMUR_MACHINE=m-1\n"), std::string::npos);
    EXPECT_NE(environment.find("PLAIN=with = and\nlines\n"), std::string::npos);
    EXPECT_EQ(read_text(world.machine("m-1") / "pwd.txt"), world.machine("m-1").string() + "\n");

    // 0, 1, 2 and the one that ls itself reads the directory with.
    const std::string descriptors = read_text(world.machine("m-1") / "fds.txt");
    EXPECT_EQ(std::count(descriptors.begin(), descriptors.end(), '>'), 4) << descriptors;
    EXPECT_NE(descriptors.find("0 -> /dev/null"), std::string::npos) << descriptors;

    struct stat facts {};
    ASSERT_EQ(::stat(world.machine("m-1").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07777, 0700U);
    const auto pid = static_cast<pid_t>(handle.data.at("pid").as_int64());
    const std::optional<ProcessFacts> runner = find_process(pid);
    ASSERT_TRUE(runner);
    EXPECT_EQ(runner->session, pid);
    EXPECT_NE(runner->parent, ::getpid());
}

TEST(LocalSubstrate, ResetsTheSignalsOfTheDaemon) {
    World world;
    ::signal(SIGPIPE, SIG_IGN);
    sigset_t blocked;
    sigset_t before;
    sigfillset(&blocked);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", idle_script), test_call());
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    const std::string status = read_text("/proc/" + std::to_string(handle.data.at("pid").as_int64()) + "/status");
    EXPECT_NE(status.find("SigBlk:\t0000000000000000"), std::string::npos) << status;
    EXPECT_NE(status.find("SigIgn:\t0000000000000000"), std::string::npos) << status;
    ::signal(SIGPIPE, SIG_DFL);
}

TEST(LocalSubstrate, StartingTwiceMakesOneMachine) {
    World world;
    const MachineSpec spec = World::shell_machine("m-1", "echo run >> runs; exec sleep 1000");
    const MachineHandle first = world.substrate.start(spec, test_call());
    const MachineHandle second = world.substrate.start(spec, test_call());
    EXPECT_EQ(first.data, second.data);
    ASSERT_TRUE(eventually([&] { return !read_text(world.machine("m-1") / "runs").empty(); }));
    // A second substrate on the same state is murmurd after a restart.
    LocalSubstrate restarted(World::default_settings(), world.host);
    EXPECT_EQ(restarted.start(spec, test_call()).data, first.data);
    EXPECT_EQ(restarted.inspect(first, test_call()).state, MachineState::running);
    EXPECT_EQ(read_text(world.machine("m-1") / "runs"), "run\n");
    EXPECT_EQ(find_members(world.membership(first)).size(), 1U);
}

TEST(LocalSubstrate, AMachineThatRanAndEndedIsNotStartedAgain) {
    World world;
    const MachineSpec spec = World::shell_machine("m-1", "echo run >> runs");
    const MachineHandle first = world.substrate.start(spec, test_call());
    ASSERT_TRUE(eventually([&] { return world.substrate.inspect(first, test_call()).state == MachineState::gone; }));
    const MachineHandle second = world.substrate.start(spec, test_call());
    EXPECT_EQ(first.data, second.data);
    EXPECT_EQ(world.substrate.inspect(second, test_call()).state, MachineState::gone);
    EXPECT_EQ(read_text(world.machine("m-1") / "runs"), "run\n");
}

TEST(LocalSubstrate, TwentyThreadsStartingOneMachineGetTheSame) {
    World world;
    const MachineSpec spec = World::shell_machine("m-1", "echo run >> runs; exec sleep 1000");
    std::vector<MachineHandle> handles(20);
    std::vector<std::jthread> threads;
    for (MachineHandle& handle : handles)
        threads.emplace_back([&world, &spec, &handle] { handle = world.substrate.start(spec, test_call()); });
    threads.clear();
    for (const MachineHandle& handle : handles) EXPECT_EQ(handle.data, handles.front().data);
    ASSERT_TRUE(eventually([&] { return !read_text(world.machine("m-1") / "runs").empty(); }));
    EXPECT_EQ(read_text(world.machine("m-1") / "runs"), "run\n");
}

TEST(LocalSubstrate, FiftyMachinesInParallel) {
    World world;
    std::vector<MachineHandle> handles(50);
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < handles.size(); ++i)
        threads.emplace_back([&world, &handles, i] {
            const std::string id = "m-" + std::to_string(i);
            handles[i] =
                world.substrate.start(World::shell_machine(id, "setsid sleep 1000 & exec sleep 1000"), test_call());
        });
    threads.clear();
    std::set<std::int64_t> pids;
    for (const MachineHandle& handle : handles) {
        pids.insert(handle.data.at("pid").as_int64());
        EXPECT_EQ(world.substrate.inspect(handle, test_call()).state, MachineState::running);
    }
    EXPECT_EQ(pids.size(), handles.size());
    for (const MachineHandle& handle : handles)
        threads.emplace_back([&world, &handle] { world.substrate.destroy(handle, test_call()); });
    threads.clear();
    for (const MachineHandle& handle : handles) {
        EXPECT_EQ(world.substrate.inspect(handle, test_call()).state, MachineState::gone);
        EXPECT_TRUE(find_members(world.membership(handle)).empty());
        EXPECT_FALSE(std::filesystem::exists(world.machine(handle.id)));
    }
}

TEST(LocalSubstrate, InspectTellsRunningSuspendedAndGone) {
    World world;
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", idle_script), test_call());
    const auto pid = static_cast<pid_t>(handle.data.at("pid").as_int64());
    MachineStatus status = world.substrate.inspect(handle, test_call());
    EXPECT_EQ(status.state, MachineState::running);
    EXPECT_EQ(status.detail, "pid " + std::to_string(pid));
    world.suspend(handle);
    EXPECT_EQ(world.substrate.inspect(handle, test_call()).state, MachineState::suspended);
    world.suspend(handle);
    world.substrate.resume(handle, test_call());
    world.substrate.resume(handle, test_call());
    EXPECT_TRUE(
        eventually([&] { return world.substrate.inspect(handle, test_call()).state == MachineState::running; }));
    ::kill(pid, SIGKILL);
    EXPECT_TRUE(eventually([&] { return world.substrate.inspect(handle, test_call()).state == MachineState::gone; }));
    EXPECT_EQ(error_of([&] { world.substrate.suspend(handle, test_call()); }).code(), Errc::not_found);
    EXPECT_EQ(error_of([&] { world.substrate.resume(handle, test_call()); }).code(), Errc::not_found);
    EXPECT_EQ(error_of([&] { world.substrate.exec(handle, {"true"}, test_call()); }).code(), Errc::not_found);
}

TEST(LocalSubstrate, AnotherProcessOnThatPidIsNotTheMachine) {
    World world;
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", idle_script), test_call());
    MachineHandle reused = handle;
    reused.data["start_time"] = handle.data.at("start_time").to_number<std::int64_t>() - 1;
    EXPECT_EQ(world.substrate.inspect(reused, test_call()).state, MachineState::gone);
    MachineHandle rebooted = handle;
    rebooted.data["boot_id"] = "00000000-0000-0000-0000-000000000000";
    EXPECT_EQ(world.substrate.inspect(rebooted, test_call()).state, MachineState::gone);

    // A machine whose pid went to somebody else: here, to the runner of m-1.
    MachineHandle stranger = reused;
    stranger.id = "m-2";
    stranger.data["directory"] = world.machine("m-2").string();
    std::filesystem::create_directory(world.machine("m-2"));
    write_text(world.machine("m-2") / "machine.json", json::serialize(stranger.data));
    write_text(world.machine("m-2") / "launched", "");
    EXPECT_EQ(world.substrate.inspect({"m-2", {}}, test_call()).state, MachineState::gone);
    world.substrate.destroy({"m-2", {}}, test_call());
    EXPECT_FALSE(std::filesystem::exists(world.machine("m-2")));
    EXPECT_EQ(world.substrate.inspect(handle, test_call()).state, MachineState::running);
}

TEST(LocalSubstrate, RefusesOneMoreThanMaxMachines) {
    LocalSettings settings = World::default_settings();
    settings.machines_max = 2;
    World world(settings);
    world.substrate.start(World::shell_machine("m-1", idle_script), test_call());
    const MachineHandle second = world.substrate.start(World::shell_machine("m-2", idle_script), test_call());
    world.substrate.start(World::shell_machine("m-2", idle_script), test_call());
    const Error error = error_of([&] { world.substrate.start(World::shell_machine("m-3", idle_script), test_call()); });
    EXPECT_EQ(error.code(), Errc::resource_exhausted);
    EXPECT_NE(error.hint().find("plugins.local.max_machines"), std::string::npos);
    world.substrate.destroy(second, test_call());
    world.substrate.start(World::shell_machine("m-3", idle_script), test_call());
}

TEST(LocalSubstrate, AMissingRunnerIsAnErrorAndLeavesNothing) {
    World world;
    MachineSpec spec = World::shell_machine("m-1", "");
    spec.runner.argv = {"/nowhere/murmur-runner"};
    const Error missing = error_of([&] { world.substrate.start(spec, test_call()); });
    EXPECT_EQ(missing.code(), Errc::not_found);
    EXPECT_NE(missing.message().find("/nowhere/murmur-runner"), std::string::npos);
    EXPECT_FALSE(missing.hint().empty());
    EXPECT_TRUE(std::filesystem::is_empty(world.directory.path() / "machines"));

    write_text(world.directory.path() / "plain", "text");
    spec.runner.argv = {world.directory.path() / "plain"};
    EXPECT_EQ(error_of([&] { world.substrate.start(spec, test_call()); }).code(), Errc::permission_denied);
    spec.runner.argv = {"murmur-runner"};
    EXPECT_EQ(error_of([&] { world.substrate.start(spec, test_call()); }).code(), Errc::invalid_argument);
    EXPECT_TRUE(std::filesystem::is_empty(world.directory.path() / "machines"));
    // The id is free for a start that works.
    world.substrate.start(World::shell_machine("m-1", idle_script), test_call());
}

TEST(LocalSubstrate, RefusesIdsThatAreNoNames) {
    World world;
    for (const char* id : {"", "..", "a/b", "A", "1a", ".removed-x"}) {
        EXPECT_EQ(error_of([&] { world.substrate.start(World::shell_machine(id, idle_script), test_call()); }).code(),
                  Errc::invalid_argument);
        EXPECT_EQ(error_of([&] { world.substrate.destroy({id, {}}, test_call()); }).code(), Errc::invalid_argument);
    }
}

TEST(LocalSubstrate, AStateDirectoryThatIsAFileIsAClearError) {
    World world;
    write_text(world.directory.path() / "machines", "a file");
    const Error error = error_of([&] { world.substrate.start(World::shell_machine("m-1", idle_script), test_call()); });
    EXPECT_NE(error.message().find("machines/m-1"), std::string::npos) << error.message();
    std::filesystem::remove(world.directory.path() / "machines");
}

TEST(LocalSubstrate, ShapeMayAskForIsolationAndNothingUnknown) {
    World world;
    MachineSpec spec = World::shell_machine("m-1", idle_script);
    spec.shape = {{"isolation", "vm"}};
    EXPECT_EQ(error_of([&] { world.substrate.start(spec, test_call()); }).code(), Errc::invalid_argument);
    spec.shape = {{"isolaton", "none"}};
    EXPECT_EQ(error_of([&] { world.substrate.start(spec, test_call()); }).code(), Errc::invalid_argument);
    EXPECT_FALSE(std::filesystem::exists(world.machine("m-1")));
    spec.shape = {{"isolation", "none"}};
    world.substrate.start(spec, test_call());
}

TEST(LocalSubstrate, ExecRunsInTheMachineAndCapturesBothStreams) {
    World world;
    MachineSpec spec = World::shell_machine("m-1", idle_script);
    spec.runner.environment["COLOUR"] = "green";
    const MachineHandle handle = world.substrate.start(spec, test_call());
    ExecResult result =
        world.substrate.exec(handle, {"sh", "-c", "pwd; echo $COLOUR $MURMUR_MACHINE >&2; cat; exit 7"}, test_call());
    EXPECT_EQ(result.exit_code, 7);
    EXPECT_EQ(result.standard_output, world.machine("m-1").string() + "\n");
    EXPECT_EQ(result.standard_error, "green m-1\n");
    EXPECT_EQ(world.substrate.exec(handle, {"sh", "-c", "kill -9 $$"}, test_call()).exit_code, 137);
    EXPECT_EQ(error_of([&] { world.substrate.exec(handle, {"no-such-program"}, test_call()); }).code(),
              Errc::not_found);
    // More than a pipe holds, on both streams at once.
    result = world.substrate.exec(handle, {"sh", "-c", "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"},
                                  test_call());
    EXPECT_EQ(result.standard_output.size(), 3000000U);
    EXPECT_EQ(result.standard_error.size(), 3000000U);
    EXPECT_EQ(error_of([&] {
                  world.substrate.exec(handle, {"head", "-c", "20000000", "/dev/zero"}, test_call());
              }).code(),
              Errc::resource_exhausted);
    // What it leaves behind holds its streams open, and does not hold up the answer.
    EXPECT_EQ(world.substrate.exec(handle, {"sh", "-c", "sleep 1000 & echo done"}, test_call()).standard_output,
              "done\n");
}

TEST(LocalSubstrate, ExecEndsWithItsCall) {
    World world;
    const MachineHandle handle = world.substrate.start(World::shell_machine("m-1", idle_script), test_call());
    const std::vector<std::string> endless{"sh", "-c", "sleep 1000 & echo $! > child; wait"};
    EXPECT_EQ(error_of([&] { world.substrate.exec(handle, endless, test_call(std::chrono::seconds(1))); }).code(),
              Errc::deadline_exceeded);
    std::stop_source stop;
    Call call = test_call();
    call.stop = stop.get_token();
    std::filesystem::remove(world.machine("m-1") / "child");
    std::jthread canceller([&] {
        wait_for_pid(world.machine("m-1") / "child");
        stop.request_stop();
    });
    EXPECT_EQ(error_of([&] { world.substrate.exec(handle, endless, call); }).code(), Errc::cancelled);
    EXPECT_FALSE(is_alive(wait_for_pid(world.machine("m-1") / "child")));
    EXPECT_EQ(world.substrate.inspect(handle, test_call()).state, MachineState::running);
}

TEST(LocalSubstrate, NicenessIsSet) {
    LocalSettings settings = World::default_settings();
    settings.nice = 7;
    World world(settings);
    world.substrate.start(World::shell_machine("m-1", "nice > nice.txt; exec sleep 1000"), test_call());
    EXPECT_TRUE(eventually([&] { return read_text(world.machine("m-1") / "nice.txt") == "7\n"; }));
}

}
}
