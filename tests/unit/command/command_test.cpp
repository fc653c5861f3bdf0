#include <gtest/gtest.h>

#include <csignal>

#include <murmur/error.hpp>

#include "command_backend.hpp"
#include "command_session.hpp"

namespace murmur::command_backend {
namespace {

class CommandTest : public ::testing::Test {
protected:
    std::unique_ptr<BackendSession> open(json::object settings, std::vector<std::string> installed = {}) {
        SessionSpec made = spec;
        made.settings = std::move(settings);
        made.installed_programs = std::move(installed);
        return CommandBackend(PluginSettings(command_settings_table(), {}, "command")).open(made, Call{});
    }
    Error failure(json::object settings, std::vector<std::string> installed = {}) {
        try {
            open(std::move(settings), std::move(installed));
        } catch (const Error& error) {
            return error;
        }
        throw std::runtime_error("it did not fail");
    }
    static std::vector<UserMessage> prompt(const std::string& text) { return {{"m1", text}}; }
    using Words = std::vector<std::string>;

    SessionSpec spec = {.session_id = "7b1c7e1e-0000-4000-8000-000000000001",
                        .agent = "alice/fix",
                        .working_directory = "/w",
                        .home_directory = "/h",
                        .environment = {{"MURMUR_USER_HOME", "/home/alice"}}};
};

TEST_F(CommandTest, GivesThePromptOnStdinAndInAVariable) {
    const Launch launch =
        open({{"command", json::array{"my-agent", "--yes"}}})->launch({{"1", "Fix it"}, {"2", "Also that"}});
    EXPECT_EQ(launch.argv, (Words{"my-agent", "--yes"}));
    EXPECT_EQ(launch.standard_input, "Fix it\n\nAlso that");
    EXPECT_TRUE(launch.close_standard_input);
    EXPECT_EQ(launch.environment.at("MURMUR_PROMPT"), "Fix it\n\nAlso that");
    EXPECT_EQ(launch.environment.at("HOME"), "/home/alice");
    EXPECT_TRUE(launch.commit_changes);
    EXPECT_EQ(launch.time_limit, std::chrono::hours(4));
}

TEST_F(CommandTest, RunsAStringByTheShell) {
    EXPECT_EQ(open({{"command", "sed -i s/a/b/ README.md"}})->launch(prompt("x")).argv,
              (Words{"sh", "-c", "sed -i s/a/b/ README.md"}));
}

TEST_F(CommandTest, GivesThePromptAsAnArgument) {
    const json::object settings = {{"command", json::array{"agent"}}, {"prompt", "argument"}};
    const Launch launch = open(settings)->launch(prompt("--not an option\nbut text"));
    EXPECT_EQ(launch.argv, (Words{"agent", "--not an option\nbut text"}));
    EXPECT_EQ(launch.standard_input, "");
    EXPECT_THROW(open(settings)->launch(prompt(std::string(200 << 10, 'x'))), Error);
}

TEST_F(CommandTest, CutsTheVariableToWhatLinuxTakes) {
    std::string text;
    while (text.size() < 200 << 10) text += "ü";
    text.insert(3, 1, '\0');
    const Launch launch = open({{"command", json::array{"agent"}}})->launch(prompt(text));
    const std::string& value = launch.environment.at("MURMUR_PROMPT");
    EXPECT_LT(value.size() + sizeof "MURMUR_PROMPT=", 128u << 10);
    EXPECT_EQ(value.find('\0'), std::string::npos);
    EXPECT_EQ(value.substr(value.size() - 2), "ü");
    EXPECT_EQ(launch.standard_input, text) << "stdin has all of it";
}

TEST_F(CommandTest, TakesTheFirstInstalledCli) {
    EXPECT_EQ(open({}, {"codex", "goose"})->launch(prompt("x")).argv.front(), "codex");
    const Error error = failure({});
    EXPECT_EQ(error.code(), Errc::failed_precondition);
    EXPECT_EQ(error.message(), "no coding CLI is installed: looked for claude, codex, gemini, aider, opencode, goose");
    EXPECT_NE(error.hint().find("backends.command.command"), std::string::npos);
    EXPECT_EQ(CommandBackend(PluginSettings()).capabilities().programs.size(), 6u);
}

TEST_F(CommandTest, ContinuesTheConversationOfAPreset) {
    spec.model = "opus";
    spec.append_system_prompt = "Be brief.";
    const auto session = open({{"preset", "claude"}}, {"claude"});
    EXPECT_EQ(session->launch(prompt("x")).argv,
              (Words{"claude", "-p", "--output-format", "text", "--permission-mode", "bypassPermissions",
                     "--session-id", spec.session_id, "--model", "opus", "--append-system-prompt", "Be brief."}));
    session->on_exit({1, 0});
    EXPECT_EQ(session->launch(prompt("x")).argv[6], "--session-id") << "a failed turn left nothing to resume";
    const Translation end = session->on_exit({0, 0});
    EXPECT_EQ(session->launch(prompt("y")).argv[6], "--resume");
    spec.checkpoint = *end.checkpoint;
    EXPECT_EQ(open({{"preset", "claude"}}, {"claude"})->launch(prompt("z")).argv[6], "--resume");
}

TEST_F(CommandTest, PutsOptionsBeforeThePrompt) {
    spec.model = "m";
    EXPECT_EQ(open({{"preset", "opencode"}}, {"opencode"})->launch(prompt("say {model}")).argv,
              (Words{"opencode", "run", "--model", "m", "say {model}"}));
    const Launch aider = open({{"preset", "aider"}}, {"aider"})->launch(prompt("p"));
    EXPECT_EQ(Words(aider.argv.end() - 4, aider.argv.end()), (Words{"--model", "m", "--message", "p"}));
}

TEST_F(CommandTest, PutsTheSystemPromptBeforeTheFirstPromptWhereThereIsNoOption) {
    spec.append_system_prompt = "Be brief.";
    const auto session = open({{"command", json::array{"agent"}}});
    EXPECT_EQ(session->launch(prompt("x")).standard_input, "Be brief.\n\nx");
    session->on_exit({0, 0});
    EXPECT_EQ(session->launch(prompt("y")).standard_input, "y");
}

TEST_F(CommandTest, TakesOwnPresets) {
    const json::object settings = {
        {"preset", "mine"},
        {"presets", json::object{{"mine", json::object{{"command", json::array{"my-cli", "{session_id}", "-p={prompt}",
                                                                               "{prompt}"}},
                                                       {"prompt", "argument"},
                                                       {"environment", json::object{{"A", "b"}}}}}}}};
    const Launch launch = open(settings)->launch(prompt("x"));
    EXPECT_EQ(launch.argv, (Words{"my-cli", spec.session_id, "-p={prompt}", "x"}));
    EXPECT_EQ(launch.environment.at("A"), "b");
}

TEST_F(CommandTest, ComplainsWithThePathAndTheRemedy) {
    EXPECT_EQ(failure({{"preset", "claud"}}).hint(), "Did you mean \"claude\"?");
    EXPECT_NE(failure({{"preset", "codex"}}).message().find("\"codex\""), std::string::npos);
    EXPECT_NE(failure({{"command", "x"}, {"prompt", "mail"}}).message().find("plugins.command.prompt"),
              std::string::npos);
    EXPECT_NE(failure({{"command", "x"}, {"comit", "never"}}).message().find("comit"), std::string::npos);
    EXPECT_NE(failure({{"preset", "p"}, {"presets", json::object{{"p", json::object{}}}}})
                  .message()
                  .find("presets.p.command"),
              std::string::npos);
    EXPECT_EQ(failure({{"command", json::array{}}}).code(), Errc::invalid_argument);
    EXPECT_EQ(failure({{"command", "x"}, {"timeout", "soon"}}).code(), Errc::invalid_argument);
}

TEST_F(CommandTest, SessionSettingsGoOverTheOperators) {
    CommandBackend backend(
        PluginSettings(command_settings_table(), {{"command", "operator"}, {"commit", "never"}}, "command"));
    spec.settings = {{"command", "repository"}, {"home", "agent"}};
    const Launch launch = backend.open(spec, Call{})->launch(prompt("x"));
    EXPECT_EQ(launch.argv.back(), "repository");
    EXPECT_FALSE(launch.commit_changes);
    EXPECT_EQ(launch.environment.count("HOME"), 0u);
}

TEST_F(CommandTest, TurnsOutputIntoEventsAndTheExitIntoAResult) {
    const auto session = open({{"command", "x"}});
    session->launch(prompt("x"));
    const Translation out = session->on_line(OutputStream::standard_output, "hello");
    ASSERT_EQ(out.events.size(), 1u);
    EXPECT_EQ(out.events[0].kind, SessionEventKind::assistant_text);
    EXPECT_TRUE(session->on_line(OutputStream::standard_output, "  ").events.empty());
    EXPECT_EQ(session->on_line(OutputStream::standard_error, "hm").events.at(0).kind, SessionEventKind::standard_error);
    session->on_line(OutputStream::standard_output, "bye");
    const Translation end = session->on_exit({0, 0});
    EXPECT_TRUE(end.turn_ended->success);
    EXPECT_EQ(end.turn_ended->stop_reason, "end_turn");
    EXPECT_EQ(end.turn_ended->response, "hello\n  \nbye");
    session->launch(prompt("x"));
    EXPECT_EQ(session->on_exit({3, 0}).turn_ended->stop_reason, "exit 3");
    EXPECT_EQ(session->on_exit({0, SIGKILL}).turn_ended->stop_reason, "signal 9 (Killed)");
}

TEST_F(CommandTest, InterruptsAndStopsBySignal) {
    const auto session = open({{"command", "x"}});
    session->launch(prompt("x"));
    EXPECT_EQ(session->interrupt().signal, SIGINT);
    EXPECT_EQ(session->on_exit({130, 0}).turn_ended->stop_reason, "interrupted");
    EXPECT_EQ(session->stop().signal, SIGTERM);
}

}
}
