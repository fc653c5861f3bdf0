#include "api/budget_fields.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

namespace murmur {
namespace {

TEST(BudgetFields, TheCatalogWritesTimesAsPeopleDo) {
    const json::object body =
        parse_json(R"({"limits":{"max_cost":2.5,"max_turns":40,"max_time":"1h30m","max_children":3}})").as_object();
    EXPECT_EQ(limits_of(body), (Budget{2.5, 40, 5'400'000, 3}));
    EXPECT_EQ(limits_of({}), Budget());
}

TEST(BudgetFields, NothingIsAboveTheTenantsLimits) {
    const Budget most{20, 0, 60'000, 5};
    EXPECT_EQ(capped({50, 100, 0, 3}, most), (Budget{20, 100, 60'000, 3}));
    EXPECT_EQ(capped({}, most), most);
    EXPECT_EQ(capped({50, 1, 2, 3}, {}), (Budget{50, 1, 2, 3}));
}

TEST(BudgetFields, WhoAsksForMoreIsTold) {
    const auto complaint = [](const Budget& wanted) -> std::string {
        try {
            check_within(wanted, {20, 40, 3'600'000, 5});
        } catch (const Error& error) {
            return error.message() + " | " + error.hint();
        }
        return "";
    };
    EXPECT_EQ(complaint({20, 40, 3'600'000, 5}), "");
    EXPECT_EQ(complaint({}), "");
    EXPECT_EQ(complaint({50, 0, 0, 0}),
              "limit max-cost of $50.00 is above what pool-config allows: $20.00 | Take at most $20.00, or have it "
              "raised: murmur patch pool-config default --set limits.max_cost=…");
    EXPECT_EQ(complaint({0, 41, 0, 0}).substr(0, 64),
              "limit max-turns of 41 is above what pool-config allows: 40 | Tak");
    EXPECT_EQ(complaint({0, 0, 7'200'000, 0}).substr(0, 58),
              "limit max-time of 2h is above what pool-config allows: 1h ");
    EXPECT_EQ(complaint({0, 0, 0, 6}).substr(0, 38), "limit max-children of 6 is above what ");
}

TEST(BudgetFields, WhatIsWrittenCanBeRead) {
    const Budget budget{1.5, 2, 3, 4};
    const json::object request{{"budget", budget_json(budget)}};
    EXPECT_EQ(read_budget(FieldReader(request), "budget"), budget);
}

}
}
