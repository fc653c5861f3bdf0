#include "runner/channel.hpp"

#include <gtest/gtest.h>

#include "fake_server.hpp"

namespace murmur::runner {
namespace {

using SteadyClock = std::chrono::steady_clock;

class ChannelTest : public ::testing::Test {
protected:
    static ChannelLimits quick() {
        ChannelLimits limits;
        limits.backoff_min = std::chrono::milliseconds(1);
        limits.backoff_max = std::chrono::milliseconds(5);
        limits.first_connection = std::chrono::milliseconds(50);
        limits.refused = std::chrono::milliseconds(50);
        return limits;
    }
    std::unique_ptr<Channel> channel(ChannelLimits limits = quick()) {
        auto made =
            std::make_unique<Channel>(server.connector(), Hello{"m-1", 3, "r-1", 42, "0.1.0"}, inbox, logger, limits);
        made->start();
        return made;
    }
    template <class Notice>
    bool receives() {
        const auto message = inbox.wait(SteadyClock::now() + std::chrono::seconds(30));
        return message && std::holds_alternative<Notice>(*message);
    }
    static void event(Channel& to, const std::string& text) {
        to.report(reports::session_event({.kind = SessionEventKind::assistant_text, .text = text}));
    }
    FakeServer server;
    Inbox inbox;
    QuietLogger logger;
};

TEST_F(ChannelTest, DeliversReportsInOrderAndOnce) {
    auto made = channel();
    for (int i = 0; i < 1000; ++i) event(*made, std::to_string(i));
    made->notify_when_acknowledged();
    EXPECT_TRUE(receives<AcknowledgedNotice>());
    const auto seen = server.seen();
    ASSERT_EQ(seen.reports.size(), 1000u);
    EXPECT_EQ(seen.reports[999].at("sessionEvent").at("text"), "999");
    EXPECT_GT(seen.reports[0].at("at").as_int64(), 1'600'000'000'000);
    EXPECT_TRUE(seen.problems.empty());
}

TEST_F(ChannelTest, SendsAgainWhatWasNotAcknowledged) {
    server.stop_acknowledging();
    auto made = channel();
    event(*made, "one");
    event(*made, "two");
    ASSERT_TRUE(server.wait([](const auto& seen) { return seen.reports.size() == 2; }));
    server.disconnect();
    server.stop_acknowledging(false);
    event(*made, "three");
    made->notify_when_acknowledged();
    EXPECT_TRUE(receives<AcknowledgedNotice>());
    const auto seen = server.seen();
    EXPECT_EQ(seen.reports.size(), 3u);
    EXPECT_GE(seen.hellos, 2);
    EXPECT_TRUE(seen.problems.empty()) << seen.problems.front();
}

TEST_F(ChannelTest, KeepsReportsWhileMurmurdIsAway) {
    auto made = channel();
    ASSERT_TRUE(server.wait([](const auto& seen) { return seen.leases >= 1; }));
    server.disconnect(true);
    for (int i = 0; i < 100; ++i) event(*made, "x");
    server.allow();
    made->notify_when_acknowledged();
    EXPECT_TRUE(receives<AcknowledgedNotice>());
    EXPECT_EQ(server.seen().reports.size(), 100u);
}

TEST_F(ChannelTest, HandsEachCommandOverOnce) {
    auto made = channel();
    server.command({{"interrupt", json::object{}}});
    server.command({{"stop", json::object{{"reason", "enough"}}}});
    auto first = inbox.wait(SteadyClock::now() + std::chrono::seconds(30));
    auto second = inbox.wait(SteadyClock::now() + std::chrono::seconds(30));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(std::get<RunnerCommand>(*first).interrupt);
    EXPECT_EQ(std::get<RunnerCommand>(*second).stop->reason, "enough");
    ASSERT_TRUE(server.wait([](const auto& seen) { return seen.down_ack == 2; }));
    // A server that lost the acknowledgement sends it again.
    server.send({{"command", json::object{{"seq", 2}, {"stop", json::object{{"reason", "again"}}}}}});
    server.command({{"interrupt", json::object{}}});
    auto third = inbox.wait(SteadyClock::now() + std::chrono::seconds(30));
    ASSERT_TRUE(third);
    EXPECT_EQ(std::get<RunnerCommand>(*third).seq, 3);
}

TEST_F(ChannelTest, RenewsTheLeaseByItself) {
    auto made = channel();
    EXPECT_TRUE(server.wait([](const auto& seen) { return seen.leases >= 3; }));
}

TEST_F(ChannelTest, TellsThatItIsFenced) {
    auto made = channel();
    ASSERT_TRUE(server.wait([](const auto& seen) { return seen.leases >= 1; }));
    server.send({{"fenced", json::object{{"reason", "incarnation 4 runs"}}}});
    EXPECT_TRUE(receives<FencedNotice>());
    event(*made, "too late");
    made->notify_when_acknowledged();
    EXPECT_TRUE(receives<AcknowledgedNotice>()) << "nobody waits for a fenced channel";
}

TEST_F(ChannelTest, GivesUpWhenMurmurdWasNeverThere) {
    server.disconnect(true);
    auto made = channel();
    EXPECT_TRUE(receives<FencedNotice>());
    const auto failure = made->failure();
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->code(), Errc::unavailable);
    EXPECT_NE(failure->message().find("nobody answers"), std::string::npos);
}

TEST_F(ChannelTest, GivesUpAtOnceWhenTheTokenIsRefused) {
    server.refuse_with(Error(Errc::unauthenticated, "the token is used"));
    ChannelLimits patient = quick();
    patient.first_connection = std::chrono::hours(1);
    auto made = channel(patient);
    EXPECT_TRUE(receives<FencedNotice>());
    EXPECT_EQ(made->failure()->code(), Errc::unauthenticated);
}

TEST_F(ChannelTest, EndsWhenAServerThatKnewItNoLongerDoes) {
    auto made = channel();
    ASSERT_TRUE(server.wait([](const auto& seen) { return seen.leases >= 1; }));
    server.refuse_with(Error(Errc::unauthenticated, "unknown token"));
    server.disconnect(true);
    EXPECT_TRUE(receives<FencedNotice>());
    EXPECT_FALSE(made->failure()) << "it had been attached";
}

TEST(ReportBuffer, DropsOldTextsAndSaysSo) {
    ReportBuffer buffer(64 << 10);
    buffer.add(reports::turn_started(1, {}, 1), 1);
    for (int i = 0; i < 2000; ++i)
        buffer.add(reports::session_event({.text = std::to_string(i) + std::string(100, 'x')}), 1);
    buffer.add(reports::turn_ended({.turn = 1}, {}), 1);
    EXPECT_LE(buffer.bytes(), 64u << 10);
    std::vector<json::object> sent;
    for (std::string frame = buffer.next_frame(); !frame.empty(); frame = buffer.next_frame()) {
        const json::value parsed = parse_json(frame);
        for (const json::value& entry : parsed.at("reports").as_array()) sent.push_back(entry.as_object());
    }
    EXPECT_TRUE(sent.front().contains("turnStarted"));
    EXPECT_TRUE(sent.back().contains("turnEnded"));
    EXPECT_EQ(sent[1].at("sessionEvent").at("kind"), "ERROR");
    const auto dropped = sent[1].at("sessionEvent").at("data").at("droppedEvents").to_number<std::size_t>();
    EXPECT_EQ(dropped + sent.size() - 3, 2000u) << "every event is there or counted";
    for (std::size_t i = 0; i < sent.size(); ++i)
        EXPECT_EQ(sent[i].at("seq").as_int64(), static_cast<std::int64_t>(i + 1));
    buffer.acknowledge(static_cast<std::int64_t>(sent.size()));
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(buffer.bytes(), 0u);
}

TEST(ReportBuffer, MakesInvalidTextValid) {
    ReportBuffer buffer(1 << 20);
    buffer.add(reports::session_event({.text = "a\xFF\xC3(\xE2\x82"}), 1);
    EXPECT_NE(buffer.next_frame().find("a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD"), std::string::npos);
}

}
}
