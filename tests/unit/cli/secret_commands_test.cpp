#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

#include <csignal>
#include <murmur/json.hpp>

#include "unit/cli/cli_fixture.hpp"

namespace murmur {
namespace {

using namespace testing_support;

using SecretCommandsTest = CliFixture;

TEST_F(SecretCommandsTest, TheValueIsWhatCameButOneLineBreak) {
    serve({{json_reply("{}")}, {json_reply("{}")}, {json_reply("{}")}, {json_reply("{}")}, {json_reply("{}")}});
    EXPECT_EQ(run_with_input("npm_abc\n", {"secret", "set", "NPM_TOKEN"}), "0\nSet secret \"NPM_TOKEN\"\n");
    EXPECT_EQ(run_with_input("a\r\n", {"secret", "set", "A", "--user"}), "0\nSet user-secret \"A\"\n");
    EXPECT_EQ(run_with_input("  two\n\n", {"secret", "set", "A"}), "0\nSet secret \"A\"\n");
    EXPECT_EQ(run_with_input("-----BEGIN \"KEY\"\\\nß\n-----END", {"secret", "set", "A"}), "0\nSet secret \"A\"\n");
    EXPECT_EQ(run_with_input("x\r", {"secret", "set", "A"}), "0\nSet secret \"A\"\n");
    EXPECT_EQ(method(0), "SetResource");
    EXPECT_EQ(body(0),
              R"({"kind":"secret","name":"NPM_TOKEN","body":{"name":"NPM_TOKEN","plaintext_value":"npm_abc"}})");
    EXPECT_EQ(body(1), R"({"kind":"user-secret","name":"A","body":{"name":"A","plaintext_value":"a"}})");
    EXPECT_EQ(body(2), R"({"kind":"secret","name":"A","body":{"name":"A","plaintext_value":"  two\n"}})");
    EXPECT_EQ(body(3), R"({"kind":"secret","name":"A","body":{"name":"A","plaintext_value":)"
                       R"("-----BEGIN \"KEY\"\\\nß\n-----END"}})");
    EXPECT_EQ(body(4), R"({"kind":"secret","name":"A","body":{"name":"A","plaintext_value":"x\r"}})");
}

TEST_F(SecretCommandsTest, NoComplaintRepeatsTheValue) {
    serve({});
    const std::string on_command_line =
        "2\nstderr: murmur: a secret's value is not taken from the command line, where every program can read it; if "
        "it "
        "was a real one, choose another\nhint: Usage: murmur secret set ";
    EXPECT_EQ(run({"secret", "set", "A", "sk-123"}), on_command_line + "[flags] <name> < FILE\n");
    EXPECT_EQ(run({"secret", "set", "A", "--", "-sk-123"}), on_command_line + "[flags] <name> < FILE\n");
    EXPECT_EQ(run({"secret", "set", "A=sk-123"}), on_command_line + "NAME < FILE\n");
    EXPECT_EQ(
        run({"secret", "set", "A", "-sk-123"}),
        "2\nstderr: murmur: unknown flag, which is not repeated here: it may be a secret\nhint: Run murmur secret "
        "set --help.\n");
    EXPECT_EQ(
        run_with_input("\n", {"secret", "set", "A"}),
        "1\nstderr: murmur: the value of \"A\" is empty\nhint: Pipe it in: printf %s \"$VALUE\" | murmur secret set "
        "A\n");
    EXPECT_EQ(
        run_with_input(std::string("sk\0x", 4), {"secret", "set", "A"}),
        "1\nstderr: murmur: the value of \"A\" has a NUL byte\nhint: Environment variables cannot hold one; encode "
        "the value, in base64 for example.\n");
    EXPECT_EQ(run_with_input("sk-\xff", {"secret", "set", "A"}),
              "1\nstderr: murmur: the value of \"A\" is not UTF-8 text\nhint: Encode it, in base64 for example.\n");
    EXPECT_EQ(run_with_input(std::string((64 << 10) + 1, 's'), {"secret", "set", "A"}),
              "1\nstderr: murmur: the value of \"A\" is longer than 64 KiB\nhint: It becomes an environment variable, "
              "which is no place for files.\n");
    EXPECT_TRUE(server_->requests().empty());
}

TEST_F(SecretCommandsTest, TheLongestValueWithALineBreak) {
    serve({{json_reply("{}")}});
    EXPECT_EQ(run_with_input(std::string(64 << 10, 's') + "\n", {"secret", "set", "A"}), "0\nSet secret \"A\"\n");
}

TEST_F(SecretCommandsTest, ListsAndRemoves) {
    const std::string rows = json_reply(
        R"({"rows":[{"name":"A","updatedAt":"2026-05-14T18:30:12.000Z","author":"user:ada","body":{"name":"A"}},)"
        R"({"name":"LONG_NAME","updatedAt":"2026-05-14T18:30:12.000Z","author":"user:bo"}]})");
    serve({{rows},
           {rows},
           {json_reply("{}")},
           {json_reply("{}")},
           {json_reply(R"({"keyVersion":"3","values":"12"})")},
           {json_reply(R"({"keysWrapped":"2"})")}});
    EXPECT_EQ(run({"secret", "ls"}),
              "0\nNAME       UPDATED                   AUTHOR\nA          2026-05-14T18:30:12.000Z  user:ada\n"
              "LONG_NAME  2026-05-14T18:30:12.000Z  user:bo\n");
    EXPECT_EQ(run({"secret", "ls", "-q", "--user"}), "0\nA\nLONG_NAME\n");
    EXPECT_EQ(run({"secret", "ls", "--json"}), "0\n[]\n");
    EXPECT_EQ(run({"secret", "rm", "A", "--user"}), "0\nDeleted user-secret \"A\"\n");
    EXPECT_EQ(run({"secret", "rotate-key"}), "0\nthe key is at version 3; 12 values encrypted anew\n");
    EXPECT_EQ(run({"secret", "rotate-key", "--rewrap"}), "0\n2 keys wrapped anew\n");
    EXPECT_EQ(body(1), R"({"kind":"user-secret"})");
    EXPECT_EQ(body(3), R"({"kind":"user-secret","name":"A"})");
    EXPECT_EQ(body(5), R"({"rewrapOnly":true})");
}

/// The program with a terminal of its own. It is executed, not only forked: a child of a process with threads may only
/// do that, and it must not share the pipe that interrupts are told by with the tests that come after.
class Terminal {
public:
    explicit Terminal(const std::vector<std::string>& words) {
        std::vector<const char*> arguments = {MURMUR_BUILD_DIR "/bin/murmur"};
        for (const std::string& word : words) arguments.push_back(word.c_str());
        arguments.push_back(nullptr);
        pid_ = ::forkpty(&master_, nullptr, nullptr, nullptr);
        if (pid_ != 0) return;
        ::execv(arguments.front(), const_cast<char* const*>(arguments.data()));
        ::_exit(127);
    }
    ~Terminal() {
        if (pid_ > 0) ::kill(pid_, SIGKILL);
        ::close(master_);
    }
    /// Reads until the text has been shown.
    void wait_for(const std::string& text) {
        while (shown.find(text) == std::string::npos && read_more()) {
        }
        EXPECT_NE(shown.find(text), std::string::npos) << shown;
    }
    void type(const std::string& text) {
        EXPECT_EQ(::write(master_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    bool has_echo() const {
        termios settings{};
        ::tcgetattr(master_, &settings);
        return (settings.c_lflag & ECHO) != 0;
    }
    int end() {
        while (read_more()) {
        }
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    std::string shown;

private:
    bool read_more() {
        char piece[1024];
        const ssize_t count = ::read(master_, piece, sizeof piece);
        if (count > 0) shown.append(piece, static_cast<std::size_t>(count));
        return count > 0;
    }
    int master_ = -1;
    pid_t pid_ = -1;
};

TEST_F(SecretCommandsTest, OnATerminalItIsAskedForAndNotShown) {
    serve({{json_reply("{}")}});
    Terminal terminal({"secret", "set", "A"});
    terminal.wait_for("Enter secret value: ");
    EXPECT_FALSE(terminal.has_echo());
    terminal.type("hush\n");
    EXPECT_EQ(terminal.end(), 0);
    EXPECT_EQ(terminal.shown, "Enter secret value: \r\nSet secret \"A\"\r\n");
    EXPECT_EQ(body(0), R"({"kind":"secret","name":"A","body":{"name":"A","plaintext_value":"hush"}})");
}

TEST_F(SecretCommandsTest, CtrlCGivesTheTerminalBack) {
    serve({});
    Terminal terminal({"secret", "set", "A"});
    terminal.wait_for("Enter secret value: ");
    terminal.type("half\x1c\x1a");  // the keys that kill and stop do nothing meanwhile
    terminal.type("\x03");
    terminal.wait_for("interrupted");
    EXPECT_TRUE(terminal.has_echo());
    EXPECT_EQ(terminal.end(), 130);
    EXPECT_EQ(terminal.shown.find("half"), std::string::npos);
    EXPECT_TRUE(server_->requests().empty());
}

TEST_F(SecretCommandsTest, SetSaysOnATerminalWhatItWaitsFor) {
    serve({{json_reply("{}")}});
    Terminal terminal({"set", "role", "dev"});
    terminal.wait_for(
        "Type the role (murmur describe role shows its form), then Ctrl-D on a line of its own (Ctrl-C "
        "gives up).\r\n");
    terminal.type("name: dev\n\x04");
    EXPECT_EQ(terminal.end(), 0);
    EXPECT_EQ(body(0), R"({"kind":"role","name":"dev","text":"name: dev\n"})");
}

}
}
