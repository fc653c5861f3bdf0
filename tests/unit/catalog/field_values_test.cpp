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

TEST(FieldValues, NumbersAreDecimalAndNotWrittenLikeOctalOnes) {
    const auto whole = [](const char* text) { return read_scalar(FieldType::integer, json::value(text)); };
    for (const auto& [text, number] :
         std::vector<std::pair<const char*, std::int64_t>>{{"0", 0},
                                                           {"-0", 0},
                                                           {"7", 7},
                                                           {"-12", -12},
                                                           {"50.0", 50},
                                                           {"1e3", 1000},
                                                           {"9007199254740993", 9007199254740993}})
        EXPECT_EQ(whole(text).value, json::value(number)) << text;
    for (const char* text : {"0144", "00", "-07", "007.0", "0x10", "0o17", "1_000", "1:30", " 1", "1 ", "+1", "", ".5",
                             "5.5", "inf", "nan", "1e400", "9223372036854775808"})
        EXPECT_FALSE(whole(text).value) << text;
    EXPECT_EQ(whole("0144").complaint, "must be a whole number");
    EXPECT_EQ(whole("0144").hint, "Write it without zeros in front: 144.");
    EXPECT_EQ(read_scalar(FieldType::number, json::value("00.5")).hint, "Write it without zeros in front: 0.5.");
    EXPECT_EQ(read_scalar(FieldType::number, json::value("0.5")).value, json::value(0.5));
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
