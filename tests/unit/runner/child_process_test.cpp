#include "runner/child_process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <murmur/error.hpp>

#include "runner/process_tree.hpp"

namespace murmur::runner {
namespace {

class ChildProcessTest : public ::testing::Test {
protected:
    ChildProcessTest() { become_subreaper(); }

    static ProcessStart shell(const std::string& script) {
        return {{"sh", "-c", script}, {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"NAME", "value"}}, "/tmp"};
    }
    /// Runs until it is finished; lines go to `out` and `err`.
    void run(ChildProcess& process) {
        while (!process.finished()) step(process);
    }
    void step(ChildProcess& process) {
        PollSet set;
        process.watch(set);
        set.wait_until(process.deadline());
        process.handle(set, [this](OutputStream stream, std::string_view line) {
            (stream == OutputStream::standard_output ? out : err).emplace_back(line);
        });
    }
    std::vector<std::string> out, err;
};

TEST_F(ChildProcessTest, GivesLinesExitCodeAndStderr) {
    ChildProcess process(shell("echo one; printf two; echo bad >&2; pwd; echo $NAME; exit 3"));
    run(process);
    EXPECT_EQ(out, (std::vector<std::string>{"one", "two/tmp", "value"}));
    EXPECT_EQ(err, std::vector<std::string>{"bad"});
    EXPECT_EQ(process.status().code, 3);
    EXPECT_EQ(process.stderr_tail(), "bad\n");
}

TEST_F(ChildProcessTest, TellsTheSignal) {
    ChildProcess process(shell("kill -9 $$"));
    run(process);
    EXPECT_EQ(process.status().signal, SIGKILL);
    EXPECT_FALSE(process.status().success());
}

TEST_F(ChildProcessTest, PassesInputLargerThanAPipe) {
    ChildProcess process(shell("wc -c"));
    process.write(std::string(3 << 20, 'x'));
    process.close_input();
    run(process);
    EXPECT_EQ(out, std::vector<std::string>{std::to_string(3 << 20)});
}

TEST_F(ChildProcessTest, OutlivesAProgramThatDoesNotRead) {
    ChildProcess process(shell("exec <&-; echo done"));
    process.write(std::string(3 << 20, 'x'));
    process.close_input();
    run(process);
    EXPECT_EQ(out, std::vector<std::string>{"done"});
}

TEST_F(ChildProcessTest, KillsWhatIsLeftBehind) {
    ChildProcess process(shell("setsid sh -c 'echo $$; exec sleep 1000' & sleep 1000 & read x; exit 0"));
    while (out.empty()) step(process);
    const pid_t daemon = std::atoi(out[0].c_str());
    EXPECT_EQ(kill(daemon, 0), 0);
    process.close_input();
    run(process);
    EXPECT_EQ(process.status().code, 1 * 0);
    EXPECT_NE(kill(daemon, 0), 0) << "a daemon with a session of its own must not survive its turn";
    EXPECT_TRUE(foreign_descendants().empty());
}

TEST_F(ChildProcessTest, SignalsTheWholeGroup) {
    // The outer shell waits for the inner one: what is left when it has ended is killed without another word.
    ChildProcess process(
        shell("trap 'wait $!; exit 7' TERM; "
              "sh -c 'trap \"echo inner; exit\" TERM; echo up; while :; do sleep 0.01; done' & wait $!"));
    while (out.empty()) step(process);
    process.send_signal(SIGTERM);
    run(process);
    EXPECT_EQ(process.status().code, 7);
    EXPECT_EQ(out.back(), "inner");
}

TEST_F(ChildProcessTest, NamesAMissingProgram) {
    try {
        ChildProcess process({{"no-such-cli"}, {{"PATH", "/usr/bin"}}, "/tmp"});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::not_found);
        EXPECT_EQ(error.message(), "there is no program \"no-such-cli\"");
        EXPECT_FALSE(error.hint().empty());
    }
}

TEST_F(ChildProcessTest, KeepsTheLast8KiBOfStderrInWholeLines) {
    ChildProcess process(shell("for i in $(seq 3000); do echo line $i >&2; done"));
    run(process);
    EXPECT_LE(process.stderr_tail().size(), 8u << 10);
    EXPECT_EQ(process.stderr_tail().rfind("line ", 0), 0u);
    EXPECT_NE(process.stderr_tail().find("line 3000\n"), std::string::npos);
}

TEST(LineSplitter, CutsLongLinesAndKeepsTheRestOut) {
    LineSplitter splitter;
    std::vector<std::size_t> sizes;
    const auto note = [&](std::string_view line) { sizes.push_back(line.size()); };
    splitter.feed(std::string(line_bytes_max + 10, 'x'), note);
    splitter.feed("yyy\nnext\r\n\nlast", note);
    splitter.finish(note);
    EXPECT_EQ(sizes, (std::vector<std::size_t>{line_bytes_max, 4, 0, 4}));
}

TEST(FindProgram, NeverLooksIntoTheCurrentDirectory) {
    EXPECT_EQ(find_program("sh", ":/bin"), "/bin/sh");
    EXPECT_EQ(find_program("child_process_test.cpp", "::"), "");
    EXPECT_EQ(find_program("./sh", "", "/bin"), "/bin/./sh");
}

}
}
