#include <gtest/gtest.h>

#include <csignal>
#include <murmur/error.hpp>

#include "command_backend.hpp"
#include "control_lines.hpp"

namespace murmur::command_backend {
namespace {

class StreamTest : public ::testing::Test {
protected:
    SessionSpec wanted(json::object settings) const {
        SessionSpec spec{.session_id = "s-1", .agent = "a/b", .working_directory = "/w", .home_directory = "/h"};
        spec.mode = SessionMode::streaming;
        spec.append_system_prompt = "Be brief.";
        spec.settings = std::move(settings);
        return spec;
    }
    std::unique_ptr<BackendSession> open(json::object settings) { return backend.open(wanted(settings), Call{}); }
    static Translation say(BackendSession& session, const std::string& line) {
        return session.on_line(OutputStream::standard_output, line);
    }

    CommandBackend backend{PluginSettings(command_settings_table(), {}, "command")};
    const json::object as_json = {{"command", json::array{"agent", "{session_id}"}}, {"stream", "json"}};
    const json::object as_text = {{"command", json::array{"agent"}}, {"stream", "text"}};
};

TEST_F(StreamTest, GivesALineForEachMessageAndKeepsTheInputOpen) {
    const Launch launch = open(as_json)->launch({{"m1", "Fix\nit"}, {"m2", "Also \"that\""}});
    EXPECT_EQ(launch.argv, (std::vector<std::string>{"agent", "s-1"}));
    EXPECT_EQ(launch.standard_input,
              "{\"id\":\"m1\",\"text\":\"Be brief.\\n\\nFix\\nit\"}\n{\"id\":\"m2\",\"text\":\"Also \\\"that\\\"\"}\n");
    EXPECT_FALSE(launch.close_standard_input);
    EXPECT_EQ(launch.environment.at("MURMUR_STREAM"), "json");
    EXPECT_EQ(open(as_text)->launch({{"m1", "Fix\nit"}}).standard_input, "Be brief.  Fix it\n");
}

TEST_F(StreamTest, ATurnEndsWhenAllIsDealtWith) {
    const auto session = open(as_json);
    session->launch({{"m1", "x"}});
    EXPECT_EQ(say(*session, "working").events.at(0).text, "working");
    const Translation more = session->deliver({{"m2", "y"}});
    EXPECT_EQ(more.to_standard_input, "{\"id\":\"m2\",\"text\":\"y\"}\n");
    EXPECT_EQ(more.delivered, std::vector<std::string>{"m2"});
    EXPECT_FALSE(say(*session, "murmur:done").turn_ended) << "the second message is open";
    const Translation end = say(*session, "murmur:done");
    ASSERT_TRUE(end.turn_ended);
    EXPECT_TRUE(end.turn_ended->success);
    EXPECT_EQ(end.turn_ended->response, "working");
    EXPECT_EQ(end.checkpoint->at("turns"), 1);
    EXPECT_FALSE(say(*session, "murmur:done").turn_ended) << "nothing was asked";
    session->deliver({{"m3", "z"}});
    const Translation bad = say(*session, "murmur:done {\"success\":false,\"reason\":\"tests fail\"}");
    EXPECT_FALSE(bad.turn_ended->success);
    EXPECT_EQ(bad.turn_ended->stop_reason, "tests fail");
}

TEST_F(StreamTest, TheEndOfTheProcessEndsAnOpenTurnAsAFailure) {
    const auto idle = open(as_json);
    idle->launch({{"m1", "x"}});
    say(*idle, "murmur:done");
    EXPECT_FALSE(idle->on_exit({0, 0}).turn_ended);
    const auto busy = open(as_json);
    busy->launch({{"m1", "x"}});
    EXPECT_FALSE(busy->on_exit({0, 0}).turn_ended->success);
    EXPECT_EQ(open(as_json)->stop().signal, 0) << "an idle one is only told that there is no more";
    const auto stopped = open(as_json);
    stopped->launch({{"m1", "x"}});
    EXPECT_EQ(stopped->stop().signal, SIGTERM);
    EXPECT_TRUE(stopped->stop().close_standard_input);
}

TEST_F(StreamTest, IsForStreamingSessionsOfProgramsThatCan) {
    EXPECT_FALSE(backend.session_capabilities(wanted(as_json)).process_per_turn);
    EXPECT_TRUE(backend.session_capabilities(wanted(as_json)).message_mid_turn);
    EXPECT_TRUE(backend.session_capabilities(wanted(as_json)).resume) << "it is told which session it is";
    EXPECT_FALSE(backend.session_capabilities(wanted(as_text)).resume);
    EXPECT_TRUE(backend.session_capabilities(wanted({{"command", "agent"}})).process_per_turn);
    SessionSpec plain = wanted(as_json);
    plain.mode = SessionMode::autonomous;
    EXPECT_TRUE(backend.session_capabilities(plain).process_per_turn);
    EXPECT_TRUE(backend.session_capabilities(wanted({{"stream", "xml"}})).process_per_turn);
    EXPECT_THROW(open({{"command", "agent"}, {"stream", "xml"}}), Error);
}

TEST(ControlLines, ACostIsReadOrComplainedAbout) {
    const SessionEvent cost = read_cost_line("murmur:cost {\"usd\": 0.5, \"estimated\": true}");
    EXPECT_EQ(cost.kind, SessionEventKind::cost);
    EXPECT_EQ(cost.cost_usd, 0.5);
    EXPECT_TRUE(cost.cost_estimated);
    const SessionEvent tokens =
        read_cost_line("murmur:cost {\"model\":\"opus\",\"input_tokens\":12,\"outputTokens\":3}");
    EXPECT_EQ(tokens.cost_usd, 0);
    EXPECT_EQ(tokens.data, (json::object{{"inputTokens", 12}, {"outputTokens", 3}, {"model", "opus"}}));
    for (const char* bad :
         {"murmur:cost", "murmur:cost 5", "murmur:cost {}", "murmur:cost {\"usd\":-1}", "murmur:cost {\"usd\":\"1\"}",
          "murmur:cost {\"usd\":1e300}", "murmur:cost {\"input_tokens\":-5}", "murmur:cost {\"euro\":1}"})
        EXPECT_EQ(read_cost_line(bad).kind, SessionEventKind::error) << bad;
    EXPECT_FALSE(is_cost_line("murmur:costs {}"));
    EXPECT_FALSE(read_done_line("murmur:done?"));
    EXPECT_TRUE(read_done_line("murmur:done nonsense")->success);
}

}
}
