#include "sandbox.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "local_support.hpp"
#include "machine_environment.hpp"

namespace murmur::local {
namespace {

using namespace testing;
namespace fs = std::filesystem;

class SandboxTest : public ::testing::Test {
protected:
    void SetUp() override {
        ChildProgram probe;
        probe.environment = {"PATH=/usr/bin:/bin"};
        const UniqueFd root(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        probe.directory = root.get();
        try {
            require_sandbox(probe, test_call());
        } catch (const Error& error) {
            GTEST_SKIP() << error.message();
        }
    }

    static LocalSettings settings() {
        LocalSettings settings = World::default_settings();
        settings.isolation = Isolation::bubblewrap;
        settings.stop_grace = std::chrono::hours(1);
        return settings;
    }
};

TEST_F(SandboxTest, ShowsTheMachineAndHidesTheRest) {
    World world(settings());
    TemporaryDirectory writable;
    TemporaryDirectory hidden;
    MachineSpec spec =
        World::shell_machine("m-1", "echo $$ > pid; ls " + (world.directory.path() / "machines").string() +
                                        " > machines; touch /etc/murmur-test 2> etc; "
                                        "touch " +
                                        writable.path().string() + "/mine; ls " + hidden.path().string() +
                                        " 2> hidden; "
                                        "echo here > /tmp/file; echo up > up; exec sleep 1000");
    spec.shape["writable"] = json::array{writable.path().string()};
    world.substrate.start(World::shell_machine("m-2", "exec sleep 1000"), test_call());
    const MachineHandle handle = world.substrate.start(spec, test_call());
    const fs::path machine = world.machine("m-1");
    ASSERT_TRUE(eventually([&] { return read_text(machine / "up") == "up\n"; })) << read_text(machine / "runner.log");
    EXPECT_LT(wait_for_pid(machine / "pid"), 10);
    EXPECT_EQ(read_text(machine / "machines"), "m-1\n");
    EXPECT_NE(read_text(machine / "etc").find("Read-only"), std::string::npos) << read_text(machine / "etc");
    EXPECT_TRUE(fs::exists(writable.path() / "mine"));
    EXPECT_FALSE(read_text(machine / "hidden").empty());
    EXPECT_EQ(read_text(machine / "tmp" / "file"), "here\n");

    const ExecResult result =
        world.substrate.exec(handle, {"sh", "-c", "pwd; cat /tmp/file; touch /etc/x"}, test_call());
    EXPECT_EQ(result.standard_output, machine.string() + "\nhere\n");
    EXPECT_NE(result.exit_code, 0);
    world.suspend(handle);
    EXPECT_EQ(world.substrate.inspect(handle, test_call()).state, MachineState::suspended);
    for (const ProcessFacts& facts : find_members(world.membership(handle))) EXPECT_EQ(facts.state, 'T');
    world.substrate.resume(handle, test_call());
    world.substrate.destroy(handle, test_call());
    EXPECT_TRUE(find_members(world.membership(handle)).empty());
    EXPECT_FALSE(fs::exists(machine));
    world.substrate.destroy({"m-2", {}}, test_call());
}

TEST_F(SandboxTest, TheRunnerInsideSavesItsWork) {
    World world(settings());
    TemporaryDirectory writable;
    MachineSpec spec =
        World::shell_machine("m-1", "trap 'echo work > " + writable.path().string() +
                                        "/saved; exit 0' TERM; echo up > up; while :; do sleep 0.05; done");
    spec.shape["writable"] = json::array{writable.path().string()};
    const MachineHandle handle = world.substrate.start(spec, test_call());
    ASSERT_TRUE(eventually([&] { return read_text(world.machine("m-1") / "up") == "up\n"; }));
    world.substrate.destroy(handle, test_call(std::chrono::hours(2)));
    EXPECT_EQ(read_text(writable.path() / "saved"), "work\n");
}

TEST_F(SandboxTest, AMissingRunnerIsReportedByStart) {
    World world(settings());
    MachineSpec spec = World::shell_machine("m-1", "");
    spec.runner.argv = {"/nowhere/runner"};
    const Error error = error_of([&] { world.substrate.start(spec, test_call()); });
    EXPECT_EQ(error.code(), Errc::not_found);
    EXPECT_NE(error.message().find("/nowhere/runner"), std::string::npos);
    EXPECT_TRUE(fs::is_empty(world.directory.path() / "machines"));
}

TEST(Sandbox, HidesTheStateAndRevealsTheSocket) {
    TemporaryDirectory home;
    fs::create_directories(home.path() / "run" / "murmur");
    fs::create_directories(home.path() / "state" / "machines" / "m-1" / sandbox_tmp);
    write_text(home.path() / "run" / "murmur" / "murmurd.sock", "");
    ChildProgram program;
    program.file = "/bin/sh";
    program.argv = {"/bin/sh"};
    program.environment = {"XDG_RUNTIME_DIR=" + (home.path() / "run").string(),
                           "MURMUR_SERVER=unix:" + (home.path() / "run" / "murmur" / "murmurd.sock").string(),
                           "PATH=/usr/bin:/bin"};
    const fs::path machine = home.path() / "state" / "machines" / "m-1";
    std::string line;
    try {
        for (const std::string& part : wrap_in_sandbox(program, {machine, home.path() / "state", {"/nowhere"}}).argv)
            line += part + " ";
    } catch (const Error& error) {
        GTEST_SKIP() << error.message();
    }
    const std::size_t hidden = line.find("--tmpfs " + (home.path() / "run").string() + " ");
    const std::size_t revealed = line.find("--ro-bind " + (home.path() / "run" / "murmur").string() + " ");
    const std::size_t own = line.find("--bind " + machine.string() + " " + machine.string());
    ASSERT_NE(hidden, std::string::npos) << line;
    ASSERT_NE(revealed, std::string::npos) << line;
    ASSERT_NE(own, std::string::npos) << line;
    EXPECT_LT(hidden, revealed);
    EXPECT_LT(line.find("--tmpfs " + (home.path() / "state").string() + " "), own);
    EXPECT_EQ(line.find("/nowhere"), std::string::npos);
}

TEST(Sandbox, AMissingBwrapComesWithItsRemedy) {
    if (fs::exists("/usr/bin/bwrap") || fs::exists("/bin/bwrap")) GTEST_SKIP() << "needs a computer without bubblewrap";
    World world;
    MachineSpec spec = World::shell_machine("m-1", "exec sleep 1000");
    spec.shape["isolation"] = "bubblewrap";
    const Error error = error_of([&] { world.substrate.start(spec, test_call()); });
    EXPECT_EQ(error.code(), Errc::not_found);
    EXPECT_NE(error.hint().find("apt install bubblewrap"), std::string::npos);
}

}
}
