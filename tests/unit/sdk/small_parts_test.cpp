// The SDK's small parts: nearest names, secrets, calls and the fakes.

#include <gtest/gtest.h>

#include <murmur/call.hpp>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>
#include <murmur/secret.hpp>
#include <murmur/testing/fake_host.hpp>
#include <thread>

namespace murmur {

namespace {

using namespace std::chrono_literals;

TEST(Nearest, FindsTypingMistakes) {
    const std::vector<std::string> names{"local", "gce", "command", "claude"};
    EXPECT_EQ(find_nearest("locla", names), "local");
    EXPECT_EQ(find_nearest("comand", names), "command");
    EXPECT_EQ(find_nearest("cluade", names), "claude");
    EXPECT_EQ(find_nearest("kubernetes", names), std::nullopt);
    EXPECT_EQ(find_nearest("", names), std::nullopt);
    EXPECT_EQ(find_nearest(std::string(10'000, 'x'), names), std::nullopt);
    EXPECT_EQ(did_you_mean("gec", names), "Did you mean \"gce\"?");
    EXPECT_EQ(did_you_mean("kubernetes", names), "");
}

TEST(Secret, IsEmptyAfterItWasMoved) {
    Secret first("hunter2");
    Secret second(std::move(first));
    EXPECT_EQ(second.reveal(), "hunter2");
    EXPECT_TRUE(first.empty());  // NOLINT: that is the promise
    Secret third;
    third = second;
    EXPECT_EQ(third.reveal(), "hunter2");
    second = std::move(third);
    EXPECT_EQ(second.reveal(), "hunter2");
}

TEST(Call, KnowsWhenToGiveUp) {
    EXPECT_NO_THROW(Call{}.check());
    EXPECT_GT(Call{}.remaining(), 24h);
    const Call late{{}, Call::Clock::now() - 1s, ""};
    EXPECT_EQ(late.remaining(), 0ms);
    EXPECT_THROW(late.check(), Error);
    std::stop_source stop;
    const Call call{stop.get_token(), Call::Clock::now() + 1h, ""};
    EXPECT_NO_THROW(call.check());
    stop.request_stop();
    EXPECT_THROW(call.check(), Error);
}

TEST(SystemClock, SleepEndsWhenItIsStopped) {
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_FALSE(SystemClock().sleep_for(1h, stop.get_token()));
    EXPECT_TRUE(SystemClock().sleep_for(1ms, {}));
}

TEST(FakeClock, MovesOnlyWhenItIsTold) {
    testing::FakeClock clock;
    const TimePoint begin = clock.now();
    bool woken = false;
    std::thread sleeper([&] { woken = clock.sleep_for(10s, {}); });
    clock.wait_for_sleepers(1);
    clock.advance(9s);
    clock.advance(1s);
    sleeper.join();
    EXPECT_TRUE(woken);
    EXPECT_EQ(clock.now() - begin, 10s);
}

TEST(FakeHttpClient, AnswersInOrderAndKeepsWhatItWasAsked) {
    testing::FakeHost host;
    host.http().answer("GET", "https://example.org/a", {503, {}, "later"});
    host.http().answer("GET", "https://example.org/a", {200, {}, "now"});
    HttpRequest request;
    request.url = "https://example.org/a";
    EXPECT_EQ(host.http().send(request, Call{}).status, 503);
    EXPECT_EQ(host.http().send(request, Call{}).status, 200);
    EXPECT_EQ(host.http().send(request, Call{}).body, "now");
    EXPECT_EQ(host.http().requests().size(), 3u);
    request.url = "https://example.org/b";
    EXPECT_THROW(host.http().send(request, Call{}), Error);
}

TEST(TempDir, GoesWithWhatIsInIt) {
    std::filesystem::path path;
    {
        const testing::TempDir dir;
        path = dir.path();
        std::filesystem::create_directories(dir / "a" / "b");
        EXPECT_TRUE(std::filesystem::exists(path));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}

}
