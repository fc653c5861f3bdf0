#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <murmur/testing/fake_host.hpp>
#include <murmur/testing/plugin_under_test.hpp>
#include <mutex>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

namespace murmur::testing {

/// What the suite has to know about an event source.
struct EventSourceUnderTest {
    ProviderUnderTest provider;
    /// Makes one event happen outside; each call another one. Called while the source runs.
    std::function<void(FakeHost&)> provoke;
    std::chrono::seconds limit{30};  ///< for an event to arrive
};

/// For the suite's messages.
inline void PrintTo(const EventSourceUnderTest& subject, std::ostream* out) { *out << subject.provider.provider; }

/// Takes events over, and refuses the first one as often as it is told to. Safe from any thread.
class RecordingSink final : public EventSink {
public:
    void publish(const ExternalEvent& event, const Call& call) override {
        call.check();
        const std::lock_guard lock(mutex_);
        ++offered_[event.delivery_id];
        const bool refused = refusals_ > 0;
        if (refused)
            --refusals_;
        else
            events_.push_back(event);
        changed_.notify_all();
        if (refused) throw Error(Errc::unavailable, "the inbox is closed for a moment");
    }

    void refuse(int times) {
        const std::lock_guard lock(mutex_);
        refusals_ = times;
    }

    bool wait_for_events(std::size_t count, std::chrono::seconds limit) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, limit, [&] { return events_.size() >= count; });
    }

    std::vector<ExternalEvent> events() const {
        const std::lock_guard lock(mutex_);
        return events_;
    }

    std::map<std::string, int> offered() const {
        const std::lock_guard lock(mutex_);
        return offered_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int refusals_ = 0;
    std::map<std::string, int> offered_;
    std::vector<ExternalEvent> events_;
};

/// The promises that every event source keeps. Use it with MURMUR_EVENT_SOURCE_CONTRACT.
class EventSourceContract : public ::testing::TestWithParam<EventSourceUnderTest> {
protected:
    EventSourceContract()
        : plugin_(GetParam().provider.plugin), source_(plugin_.make_event_source(GetParam().provider, host_)) {}

    void SetUp() override { run(); }
    void TearDown() override { stop(); }

    /// Runs the source as the host does: started again whenever it says `unavailable`.
    void run() {
        thread_ = std::jthread([this](std::stop_token stop) {
            while (!stop.stop_requested()) {
                try {
                    source_->run(sink_, Call{stop, Call::Clock::time_point::max(), "test"});
                    if (!stop.stop_requested()) failure_ = "run() returned before it was told to stop";
                    return;
                } catch (const Error& error) {
                    if (error.code() == Errc::cancelled && stop.stop_requested()) return;
                    if (error.code() != Errc::unavailable) {
                        failure_ = "run() threw: " + error.message();
                        return;
                    }
                }
            }
        });
    }

    void stop() {
        if (!thread_.joinable()) return;
        const auto begin = std::chrono::steady_clock::now();
        thread_.request_stop();
        thread_.join();
        // The promise is a second; the rest is for a busy machine.
        EXPECT_LE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30)) << "run() has to stop at once";
        EXPECT_EQ(failure_, "");
    }

    FakeHost host_;
    PluginUnderTest plugin_;
    std::unique_ptr<EventSource> source_;
    RecordingSink sink_;
    std::string failure_;
    std::jthread thread_;
};

TEST_P(EventSourceContract, PublishesWhatHappens) {
    GetParam().provoke(host_);
    ASSERT_TRUE(sink_.wait_for_events(1, GetParam().limit));
    const ExternalEvent event = sink_.events().front();
    EXPECT_FALSE(event.delivery_id.empty());
    EXPECT_FALSE(event.type.empty());
    EXPECT_GT(event.occurred_at.time_since_epoch().count(), 0);
}

TEST_P(EventSourceContract, DifferentEventsHaveDifferentDeliveryIds) {
    GetParam().provoke(host_);
    ASSERT_TRUE(sink_.wait_for_events(1, GetParam().limit));
    GetParam().provoke(host_);
    ASSERT_TRUE(sink_.wait_for_events(2, GetParam().limit));
    EXPECT_EQ(sink_.offered().size(), 2u);
}

TEST_P(EventSourceContract, ARefusedEventIsOfferedAgain) {
    sink_.refuse(1);
    GetParam().provoke(host_);
    ASSERT_TRUE(sink_.wait_for_events(1, GetParam().limit)) << "an event that was not taken over is lost";
    const auto offered = sink_.offered();
    ASSERT_EQ(offered.size(), 1u) << "the second try has to have the same delivery id";
    EXPECT_EQ(offered.begin()->second, 2);
}

TEST_P(EventSourceContract, StopsWhenToldAndCanRunAgain) {
    stop();
    run();
    GetParam().provoke(host_);
    EXPECT_TRUE(sink_.wait_for_events(1, GetParam().limit));
}

}

/// Runs the suite: MURMUR_EVENT_SOURCE_CONTRACT(Spool, {.provider = …, .provoke = drop_a_file}). Once per file.
#define MURMUR_EVENT_SOURCE_CONTRACT(NAME, ...)                                                       \
    namespace murmur::testing {                                                                       \
    INSTANTIATE_TEST_SUITE_P(NAME, EventSourceContract,                                               \
                             ::testing::Values(::murmur::testing::EventSourceUnderTest(__VA_ARGS__)), \
                             [](const auto&) { return std::string("contract"); });                    \
    }
