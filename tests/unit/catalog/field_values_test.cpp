#include "catalog/field_values.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

using namespace std::chrono_literals;

TEST(FieldValues, DurationsAreThoseOfGo) {
    const std::vector<std::pair<std::string, std::chrono::nanoseconds>> good = {
        {"30m", 30min},           {"1h30m", 90min}, {"1.5h", 90min}, {"90s", 90s}, {"250ms", 250ms}, {"0", 0s},
        {"1h0m0.5s", 1h + 500ms}, {"5us", 5us},     {"5µs", 5us},    {"5ns", 5ns}, {".5s", 500ms},   {"1m1m", 2min}};
    for (const auto& [text, duration] : good) EXPECT_EQ(parse_go_duration(text), duration) << text;
    for (const char* text :
         {"", "90", "m", "1x", "1h ", " 1h", "-1h", "1.2.3h", "1h30", ".s", "1e3s", "9999999h", "infs"})
        EXPECT_FALSE(parse_go_duration(text)) << text;
}

TEST(FieldValues, TimestampsAreThoseOfRfc3339) {
    for (const char* text : {"2026-05-14T18:30:00Z", "2026-05-14t18:30:00.123456789z", "2024-02-29T00:00:60+05:30"})
        EXPECT_TRUE(is_timestamp(text)) << text;
    for (const char* text : {"", "2026-05-14", "2026-05-14 18:30:00Z", "2026-05-14T18:30:00", "2026-02-29T00:00:00Z",
                             "2026-13-01T00:00:00Z", "2026-05-14T24:00:00Z", "2026-05-14T18:30:00.Z",
                             "2026-05-14T18:30:00+5:30", "2026-05-14T18:30:00Zx"})
        EXPECT_FALSE(is_timestamp(text)) << text;
}

}
}
