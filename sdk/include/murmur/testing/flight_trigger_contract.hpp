#pragma once

#include <gtest/gtest.h>

#include <murmur/testing/fake_host.hpp>
#include <murmur/testing/plugin_under_test.hpp>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

namespace murmur::testing {

/// What the suite has to know about a flight trigger.
struct FlightTriggerUnderTest {
    ProviderUnderTest provider;
    json::value filter = {};                        ///< a filter block in order
    std::vector<json::value> invalid_filters = {};  ///< blocks that compile() must refuse
    std::vector<ExternalEvent> matching = {};       ///< events that start the flight
    std::vector<ExternalEvent> other = {};          ///< events that do not
    std::vector<TimePoint> fires = {};              ///< of a trigger of time: its moments from `after` on, without gaps
    TimePoint after = {};
};

/// For the suite's messages.
inline void PrintTo(const FlightTriggerUnderTest& subject, std::ostream* out) { *out << subject.provider.provider; }

/// The promises that every flight trigger keeps. Use it with MURMUR_FLIGHT_TRIGGER_CONTRACT.
class FlightTriggerContract : public ::testing::TestWithParam<FlightTriggerUnderTest> {
protected:
    FlightTriggerContract()
        : plugin_(GetParam().provider.plugin), trigger_(plugin_.make_flight_trigger(GetParam().provider, host_)) {}

    void check_answers(const TriggerMatcher& matcher) const {
        for (const ExternalEvent& event : GetParam().matching) EXPECT_TRUE(matcher.match(event)) << event.delivery_id;
        for (const ExternalEvent& event : GetParam().other) EXPECT_FALSE(matcher.match(event)) << event.delivery_id;
    }

    FakeHost host_;
    PluginUnderTest plugin_;
    std::unique_ptr<FlightTrigger> trigger_;
};

TEST_P(FlightTriggerContract, AnswersAsItsFilterSays) {
    const auto matcher = trigger_->compile(GetParam().filter);
    ASSERT_NE(matcher, nullptr);
    check_answers(*matcher);
    check_answers(*matcher);  // the second time as the first
    check_answers(*trigger_->compile(GetParam().filter));
}

TEST_P(FlightTriggerContract, RefusesInvalidFilters) {
    for (const json::value& filter : GetParam().invalid_filters)
        EXPECT_EQ(thrown_code([&] { trigger_->compile(filter); }), Errc::invalid_argument) << json::serialize(filter);
}

TEST_P(FlightTriggerContract, FiresAtItsMoments) {
    const auto matcher = trigger_->compile(GetParam().filter);
    TimePoint after = GetParam().after;
    for (const TimePoint moment : GetParam().fires) {
        const auto next = matcher->next_fire(after);
        ASSERT_TRUE(next.has_value());
        EXPECT_EQ(next->time_since_epoch().count(), moment.time_since_epoch().count());
        EXPECT_GT(*next, after) << "the next moment is after the one that was given";
        after = *next;
    }
    if (GetParam().fires.empty()) {
        EXPECT_EQ(matcher->next_fire(after), std::nullopt);
    }
}

TEST_P(FlightTriggerContract, IsSafeFromAnyThread) {
    const auto shared = trigger_->compile(GetParam().filter);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int round = 0; round < 100; ++round) {
                check_answers(*shared);
                check_answers(*trigger_->compile(GetParam().filter));
            }
        });
}

}

/// Runs the suite: MURMUR_FLIGHT_TRIGGER_CONTRACT(Label, {.provider = …, .filter = …}). Once per file.
#define MURMUR_FLIGHT_TRIGGER_CONTRACT(NAME, ...)                                                       \
    namespace murmur::testing {                                                                         \
    INSTANTIATE_TEST_SUITE_P(NAME, FlightTriggerContract,                                               \
                             ::testing::Values(::murmur::testing::FlightTriggerUnderTest(__VA_ARGS__)), \
                             [](const auto&) { return std::string("contract"); });                      \
    }
