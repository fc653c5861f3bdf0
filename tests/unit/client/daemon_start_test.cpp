#include "client/daemon_start.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <murmur/error.hpp>
#include <thread>
#include <vector>

#include "client/http_exchange.hpp"
#include "support/fake_murmurd.hpp"

namespace murmur {
namespace {

/// murmurd is played by shell scripts here: what matters is how it is started, and what it says. A FakeMurmurd behind a
/// symbolic link is the socket that "appears".
class DaemonStartTest : public testing::Test {
protected:
    DaemonStartTest() : server_({}) {
        std::string pattern = std::filesystem::temp_directory_path() / "start-XXXXXX";
        dir_ = ::mkdtemp(pattern.data());
        ::setenv("MURMUR_RUNTIME_DIR", (dir_ / "run").c_str(), 1);
        ::setenv("MURMUR_STATE_DIR", (dir_ / "state").c_str(), 1);
    }
    ~DaemonStartTest() override {
        for (const char* name : {"MURMUR_RUNTIME_DIR", "MURMUR_STATE_DIR", "MURMURD"}) ::unsetenv(name);
        std::filesystem::remove_all(dir_);
    }

    void play_murmurd(const std::string& script) {
        const auto file = dir_ / "murmurd";
        std::ofstream(file) << "#!/bin/sh\n" << script;
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        ::setenv("MURMURD", file.c_str(), 1);
    }
    std::string listen() {
        return "ln -s " + server_.path().string() + " " + (dir_ / "run/murmurd.sock").string() + "\n";
    }
    std::string file_text(const std::string& name) {
        std::ifstream file(dir_ / name);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    Error failure(std::chrono::milliseconds patience = std::chrono::seconds(30)) {
        try {
            connect_or_start(default_server_address(), patience);
        } catch (const Error& error) {
            return error;
        }
        return Error(Errc::unknown, "no error");
    }

    testing_support::FakeMurmurd server_;
    std::filesystem::path dir_;
};

TEST_F(DaemonStartTest, StartsItInASessionOfItsOwn) {
    play_murmurd(
        listen() +
        "echo \"$@\"; pwd; ps -o pid=,sid= -p $$ | tr -s ' '; ls /proc/$$/fd | tr '\\n' ' '; echo ready >&3\n");
    EXPECT_TRUE(connect_or_start(default_server_address()));
    const std::string log = file_text("state/murmurd.log");
    EXPECT_TRUE(log.starts_with("--runtime-dir " + (dir_ / "run").string() + " --ready-fd 3\n/\n")) << log;
    struct stat status {};
    ASSERT_EQ(::stat((dir_ / "run").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(DaemonStartTest, ManyAtOnceStartOne) {
    play_murmurd("echo started; sleep 0.2\n" + listen() + "echo ready >&3\n");
    std::vector<std::thread> threads;
    for (int i = 0; i < 10; ++i) threads.emplace_back([] { EXPECT_TRUE(connect_or_start(default_server_address())); });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(file_text("state/murmurd.log"), "started\n");
}

TEST_F(DaemonStartTest, TellsMurmurdsOwnComplaint) {
    play_murmurd("printf 'error: the state directory is of a newer version\\nhint: Update murmurd.\\n' >&3; exit 1\n");
    const Error error = failure();
    EXPECT_EQ(error.code(), Errc::unavailable);
    EXPECT_EQ(error.message(), "the state directory is of a newer version");
    EXPECT_EQ(error.hint(), "Update murmurd.");
}

TEST_F(DaemonStartTest, TellsHowItEndedAndWhereTheLogIs) {
    play_murmurd("exit 7\n");
    EXPECT_EQ(failure().message(), "murmurd ended with exit status 7 before it was ready");
    EXPECT_EQ(failure().hint(), "The log is " + (dir_ / "state/murmurd.log").string() + ".");
    play_murmurd("kill -9 $$\n");
    EXPECT_EQ(failure().message(), "murmurd ended by signal 9 before it was ready");
    play_murmurd("exec sleep 30\n");
    EXPECT_NE(failure(std::chrono::milliseconds(50)).message().find("does not become ready"), std::string::npos);
}

TEST_F(DaemonStartTest, RefusesARuntimeDirectoryThatOthersMayWriteTo) {
    std::filesystem::create_directory(dir_ / "run");
    ASSERT_EQ(::chmod((dir_ / "run").c_str(), 0777), 0);
    EXPECT_EQ(failure().code(), Errc::permission_denied);
    EXPECT_EQ(failure().hint(), "Run chmod 700 " + (dir_ / "run").string() + ".");
}

TEST_F(DaemonStartTest, MissingProgramsAreNamed) {
    ::setenv("MURMURD", "/no/such/murmurd", 1);
    EXPECT_EQ(failure().message(), "MURMURD names \"/no/such/murmurd\", which is not a program");
    ::unsetenv("MURMURD");
    EXPECT_EQ(failure().code(), Errc::not_found);
}

TEST_F(DaemonStartTest, WithoutStartingItIsUnavailable) {
    EXPECT_THROW(connect_if_running(default_server_address()), Error);
    EXPECT_FALSE(std::filesystem::exists(dir_ / "run"));
}

}
}
