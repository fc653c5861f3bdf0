#include "agents/price_table.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

const PriceTable table({{"gpt-5", 1, 10, 0.5, 2}, {"gpt-5.1", 3, 30, 1, 4}});
constexpr TokenUsage usage{1'000'000, 100'000, 2'000'000, 500'000};

TEST(PriceTable, TheLongestNameThatFitsCounts) {
    EXPECT_DOUBLE_EQ(table.cost_of("gpt-5-codex", usage).value(), 1 + 1 + 1 + 1);
    EXPECT_DOUBLE_EQ(table.cost_of("gpt-5.1-codex", usage).value(), 3 + 3 + 2 + 2);
    EXPECT_DOUBLE_EQ(table.cost_of("gpt-5-1999-01-01", usage).value(), 4) << "words are not cut";
    EXPECT_DOUBLE_EQ(table.cost_of("gpt-5-1", {}).value(), 0);
}

TEST(PriceTable, WhatItDoesNotKnowHasNoPrice) {
    EXPECT_FALSE(table.cost_of("gpt-4", usage));
    EXPECT_FALSE(table.cost_of("", usage));
    EXPECT_FALSE(PriceTable().cost_of("gpt-5", usage));
}

}
}
