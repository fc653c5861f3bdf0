#include "runner/terminal_process.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <murmur/testing/temp_dir.hpp>

#include "runner/process_tree.hpp"

namespace murmur::runner {
namespace {

/// Programs in a terminal of the real tmux.
class TerminalProcessTest : public ::testing::Test {
protected:
    void SetUp() override {
        become_subreaper();
        if (find_program("tmux", std::getenv("PATH")).empty()) GTEST_SKIP() << "tmux is not installed";
    }

    void start(const std::string& script, bool awaits_prompt = true) {
        ProcessStart start{.argv = {"bash", "-c", script},
                           .environment = {{"PATH", std::getenv("PATH")}, {"LANG", "C.UTF-8"}, {"SECRET", "canary"}},
                           .working_directory = directory_.path()};
        terminal_ = std::make_unique<TerminalProcess>(start, directory_.path(), awaits_prompt);
    }

    /// Goes on until `is_done`; false when that takes too long.
    template <class Done>
    bool run_until(Done is_done) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!is_done()) {
            if (std::chrono::steady_clock::now() >= end) return false;
            PollSet set;
            terminal_->watch(set);
            set.wait_until(std::min(terminal_->deadline(), end));
            terminal_->handle(set, [this](OutputStream stream, std::string_view line) {
                (stream == OutputStream::control ? control_ : text_) += std::string(line) + "\n";
                if (stream == OutputStream::control) text_before_control_ = text_;
            });
        }
        return true;
    }
    bool says(const std::string& part) {
        return run_until([&] { return text_.find(part) != std::string::npos; });
    }
    bool finishes() {
        return run_until([&] { return terminal_->finished(); });
    }

    testing::TempDir directory_;
    std::unique_ptr<TerminalProcess> terminal_;
    std::string text_, control_, text_before_control_;
};

TEST_F(TerminalProcessTest, AMessageIsTypedOnceTheProgramWaitsForIt) {
    start("printf '\\033[1mready\\033[0m> '; while read -r l; do echo \"heard <$l>\"; done");
    EXPECT_FALSE(terminal_->is_ready());
    ASSERT_TRUE(run_until([&] { return terminal_->is_ready(); }));
    EXPECT_EQ(text_, "ready>\n") << "plain text";
    terminal_->write("one\ntwo; \"$HOME\" ä");
    terminal_->write("three");
    ASSERT_TRUE(says("heard <three>")) << text_;
    EXPECT_NE(text_.find("heard <one two; \"$HOME\" ä>"), std::string::npos) << text_;
    EXPECT_EQ(terminal_->roots().size(), 2u);
}

TEST_F(TerminalProcessTest, LinesOfAPastedMessageStayTogetherWhereTheProgramAsksForThat) {
    start(
        "printf '\\033[?2004hready'; IFS= read -r -d $'\\r' l < <(stty raw -echo; cat); printf '%q\\r\\n' \"$l\"; read "
        "-r");
    ASSERT_TRUE(run_until([&] { return terminal_->is_ready(); }));
    terminal_->write("one");
    ASSERT_TRUE(says("200~one")) << text_;
}

TEST_F(TerminalProcessTest, AControlLineComesAfterWhatWasShownBeforeIt) {
    start(
        "read -r l; for i in $(seq 300); do echo \"line $i\"; done; echo murmur:done >\"$MURMUR_CONTROL\"; read -r l");
    ASSERT_TRUE(run_until([&] { return terminal_->is_ready(); }));
    terminal_->write("go");
    ASSERT_TRUE(run_until([&] { return !control_.empty(); }));
    EXPECT_EQ(control_, "murmur:done\n");
    EXPECT_NE(text_before_control_.find("line 300\n"), std::string::npos);
    EXPECT_NE(text_before_control_.find("line 1\n"), std::string::npos);
}

TEST_F(TerminalProcessTest, ItsEndIsToldWithTheLastWords) {
    start("echo last words; exit 3", false);
    ASSERT_TRUE(finishes());
    EXPECT_EQ(text_, "last words\n");
    EXPECT_EQ(terminal_->status().code, 3);
    EXPECT_EQ(terminal_->status().signal, 0);
}

TEST_F(TerminalProcessTest, KeysAndSignalsReachIt) {
    start("trap 'echo caught' INT; echo ready; while :; do read -r l; done");
    ASSERT_TRUE(run_until([&] { return terminal_->is_ready(); }));
    terminal_->press_keys({"C-c"});
    ASSERT_TRUE(says("caught"));
    terminal_->send_signal(SIGHUP);
    ASSERT_TRUE(finishes());
    EXPECT_EQ(terminal_->status().signal, SIGHUP);
}

TEST_F(TerminalProcessTest, WithItEverythingGoes) {
    start("setsid sleep 1000 & sleep 1000");
    ASSERT_TRUE(run_until([&] { return terminal_->pid() > 0; }));
    const pid_t server = terminal_->roots().back(), program = terminal_->pid();
    terminal_->kill_tree();
    ASSERT_TRUE(finishes());
    EXPECT_NE(kill(server, 0), 0);
    EXPECT_NE(kill(program, 0), 0);
}

TEST_F(TerminalProcessTest, WithoutTmuxItIsRefusedWithTheRemedy) {
    const ProcessStart start{.argv = {"/bin/sh"}, .environment = {{"PATH", "/nowhere"}}, .working_directory = "/"};
    try {
        TerminalProcess(start, directory_.path(), true);
        FAIL() << "it was started";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::failed_precondition);
        EXPECT_NE(error.hint().find("apt install tmux"), std::string::npos);
    }
}

}
}
