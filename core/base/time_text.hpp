#pragma once

#include <cstdint>
#include <murmur/clock.hpp>
#include <string>
#include <string_view>

namespace murmur {

/// RFC 3339 in UTC with milliseconds: 2026-05-14T18:30:12.123Z.
std::string format_time(TimePoint time);
/// Without the fraction: 2026-05-14T18:30:12Z.
std::string format_time_seconds(TimePoint time);
/// How long ago, for people: "4s ago", "3m ago", "2h ago", "5d ago".
std::string format_age(TimePoint then, TimePoint now);

std::int64_t to_ms(TimePoint time);
TimePoint from_ms(std::int64_t ms);

}
