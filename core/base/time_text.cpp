#include "base/time_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace murmur {

namespace {

std::tm utc_parts(TimePoint time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return parts;
}

std::string date_and_time(TimePoint time) {
    const std::tm parts = utc_parts(time);
    std::array<char, 32> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    return {text.data(), length};
}

}

std::string format_time(TimePoint time) {
    const auto ms = (time - std::chrono::floor<std::chrono::seconds>(time)).count();
    std::array<char, 16> fraction{};
    const int length = std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(ms));
    return date_and_time(time).append(fraction.data(), static_cast<std::size_t>(length));
}

std::string format_time_seconds(TimePoint time) { return date_and_time(time) + "Z"; }

std::string format_age(TimePoint then, TimePoint now) {
    const auto seconds =
        std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(now - then).count());
    if (seconds < 60) return std::to_string(seconds) + "s ago";
    if (seconds < 3600) return std::to_string(seconds / 60) + "m ago";
    if (seconds < 86400) return std::to_string(seconds / 3600) + "h ago";
    return std::to_string(seconds / 86400) + "d ago";
}

std::int64_t to_ms(TimePoint time) { return time.time_since_epoch().count(); }
TimePoint from_ms(std::int64_t ms) { return TimePoint(std::chrono::milliseconds(ms)); }

}
