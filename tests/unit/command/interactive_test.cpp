#include <gtest/gtest.h>

#include <csignal>
#include <murmur/error.hpp>

#include "command_backend.hpp"

namespace murmur::command_backend {
namespace {

class InteractiveTest : public ::testing::Test {
protected:
    static SessionSpec wanted(json::object settings) {
        SessionSpec spec{.session_id = "s-1", .agent = "a/b", .working_directory = "/w", .home_directory = "/h"};
        spec.mode = SessionMode::interactive;
        spec.settings = std::move(settings);
        spec.installed_programs = {"claude", "aider"};
        return spec;
    }
    std::unique_ptr<BackendSession> open(json::object settings) { return backend.open(wanted(settings), Call{}); }
    static Translation control(BackendSession& session, const std::string& line) {
        return session.on_line(OutputStream::control, line);
    }

    CommandBackend backend{PluginSettings(command_settings_table(), {}, "command")};
    const json::object typed = {{"interactive", json::array{"agent", "{session_id}"}}, {"command", "x"}};
    const json::object argument = {{"interactive", json::array{"agent", "{prompt}"}}, {"command", "x"}};
};

TEST_F(InteractiveTest, TheFirstPromptIsAnArgumentOrTyped) {
    Launch launch = open(typed)->launch({{"m1", "Fix\nit"}, {"m2", "and that"}});
    EXPECT_EQ(launch.argv, (std::vector<std::string>{"agent", "s-1"}));
    EXPECT_EQ(launch.standard_input, "Fix\nit\n\nand that");
    launch = open(argument)->launch({{"m1", "Fix it"}});
    EXPECT_EQ(launch.argv, (std::vector<std::string>{"agent", "Fix it"}));
    EXPECT_EQ(launch.standard_input, "");
    launch = open(argument)->launch({{"m1", "--help me"}});
    EXPECT_EQ(launch.argv, std::vector<std::string>{"agent"}) << "it would be an option";
    EXPECT_EQ(launch.standard_input, "--help me");
    launch = open(argument)->launch({});
    EXPECT_EQ(launch.argv, std::vector<std::string>{"agent"});
    EXPECT_EQ(launch.standard_input, "");
}

TEST_F(InteractiveTest, WhatTheTerminalShowsIsNoOrder) {
    const auto session = open(typed);
    session->launch({{"m1", "x"}});
    const Translation shown = session->on_line(OutputStream::standard_output, "murmur:done");
    EXPECT_FALSE(shown.turn_ended);
    EXPECT_EQ(shown.events.at(0).text, "murmur:done");
    const Translation done = control(*session, "murmur:done");
    ASSERT_TRUE(done.turn_ended);
    EXPECT_EQ(done.turn_ended->response, "murmur:done");
    EXPECT_EQ(done.checkpoint->at("turns"), 1);
    EXPECT_TRUE(control(*session, "murmur:begin").turn_began);
    EXPECT_EQ(control(*session, "murmur:cost {\"usd\":0.5}").events.at(0).cost_usd, 0.5);
    EXPECT_EQ(control(*session, "hello").events.at(0).kind, SessionEventKind::error);
}

TEST_F(InteractiveTest, AnInterruptIsAKeyAndQuietEndsTheTurn) {
    const auto session = open(typed);
    session->launch({{"m1", "x"}});
    EXPECT_EQ(session->interrupt().keys, std::vector<std::string>{"C-c"});
    EXPECT_FALSE(session->on_quiet().turn_ended->success);
    EXPECT_TRUE(session->on_quiet().turn_ended->success);
    EXPECT_EQ(session->stop().signal, SIGHUP);
    json::object escaping = typed;
    escaping["interrupt_keys"] = json::array{"Escape"};
    EXPECT_EQ(open(escaping)->interrupt().keys, std::vector<std::string>{"Escape"});
    json::object quiet = typed;
    quiet["quiet"] = "20s";
    EXPECT_EQ(open(quiet)->launch({}).quiet_time, std::chrono::seconds(20));
    quiet["quiet"] = "10ms";
    EXPECT_THROW(open(quiet), Error);
}

TEST_F(InteractiveTest, ThePresetsSayHowAndOthersAreRefusedByName) {
    const Launch launch = open({{"preset", "claude"}})->launch({{"m1", "Fix it"}});
    EXPECT_EQ(launch.argv.front(), "claude");
    EXPECT_EQ(launch.argv.back(), "Fix it");
    const auto settings = std::find(launch.argv.begin(), launch.argv.end(), "--settings");
    ASSERT_NE(settings, launch.argv.end());
    EXPECT_TRUE(parse_json(*std::next(settings), "hooks").as_object().contains("hooks"));
    EXPECT_TRUE(backend.session_capabilities(wanted({{"preset", "claude"}})).interactive);
    EXPECT_FALSE(backend.session_capabilities(wanted({{"preset", "claude"}})).process_per_turn);
    for (const json::object& without : {json::object{{"preset", "aider"}}, json::object{{"command", "x"}}}) {
        EXPECT_FALSE(backend.session_capabilities(wanted(without)).interactive);
        try {
            open(without);
            FAIL() << "it was opened";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument);
            EXPECT_NE(error.hint().find("backends.command.interactive"), std::string::npos);
        }
    }
}

TEST_F(InteractiveTest, ALaterProcessGoesOnWithTheSession) {
    SessionSpec spec = wanted({{"preset", "claude"}});
    spec.checkpoint = {{"turns", 2}, {"session", "s-1"}};
    const Launch launch = backend.open(spec, Call{})->launch({});
    EXPECT_NE(std::find(launch.argv.begin(), launch.argv.end(), "--resume"), launch.argv.end());
    EXPECT_EQ(launch.argv.back(), "s-1");
}

}
}
