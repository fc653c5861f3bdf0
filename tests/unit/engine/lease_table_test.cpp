#include "engine/lease_table.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

using namespace std::chrono_literals;

// The time is the test's own: whoever falls silent is lost when its lease is over, not sooner and not later.
class LeaseTableTest : public testing::Test {
protected:
    std::vector<std::pair<std::int64_t, std::int64_t>> expired() {
        std::vector<std::pair<std::int64_t, std::int64_t>> rows;
        for (const LeaseTable::Expired& each : table.take_expired())
            rows.emplace_back(each.agent_row, each.incarnation);
        return rows;
    }
    using Rows = std::vector<std::pair<std::int64_t, std::int64_t>>;

    LeaseTable::SteadyClock::time_point now{};
    LeaseTable table{3000ms, [this] { return now; }};
};

TEST_F(LeaseTableTest, SilenceForAWholeLeaseIsALoss) {
    table.begin(1, 1);
    EXPECT_EQ(table.next_expiry(), now + 3000ms);
    now += 2999ms;
    EXPECT_EQ(expired(), Rows{});
    now += 1ms;
    EXPECT_EQ(expired(), (Rows{{1, 1}}));
    EXPECT_EQ(expired(), Rows{}) << "it is told once";
    EXPECT_EQ(table.next_expiry(), std::nullopt);
}

TEST_F(LeaseTableTest, EachSignOfLifeIsAWholeLease) {
    table.begin(1, 1);
    for (int beat = 0; beat < 10; ++beat) {
        now += 2000ms;
        table.renew(1, 1);
        EXPECT_EQ(expired(), Rows{});
    }
    EXPECT_EQ(table.next_expiry(), now + 3000ms);
    now += 3000ms;
    EXPECT_EQ(expired(), (Rows{{1, 1}}));
}

TEST_F(LeaseTableTest, OnlyTheIncarnationOfTheLeaseKeepsIt) {
    table.begin(1, 1);
    now += 2000ms;
    table.renew(1, 2);
    table.renew(7, 1);
    table.begin(1, 1);  // connecting again is no sign of life of its own
    EXPECT_EQ(table.next_expiry(), now + 1000ms);
    table.begin(1, 2);
    EXPECT_EQ(table.next_expiry(), now + 3000ms) << "another life, another lease";
    table.renew(1, 1);
    now += 3000ms;
    EXPECT_EQ(expired(), (Rows{{1, 2}}));
}

TEST_F(LeaseTableTest, TheNextToExpireIsTheOneThatWasSilentLongest) {
    table.begin(2, 1);
    now += 1000ms;
    table.begin(1, 1);
    table.begin(3, 1);
    EXPECT_EQ(table.next_expiry(), now + 2000ms);
    table.end(2);
    EXPECT_EQ(table.next_expiry(), now + 3000ms);
    now += 5000ms;
    EXPECT_EQ(expired(), (Rows{{1, 1}, {3, 1}}));
}

}
}
