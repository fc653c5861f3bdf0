#pragma once

#include <chrono>
#include <stop_token>

#include "murmur/export.hpp"

namespace murmur {

/// Wall-clock time with millisecond precision: what is stored and shown.
using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/// The seam for time. Safe from any thread.
class MURMUR_SDK_API Clock {
public:
    virtual ~Clock();
    virtual TimePoint now() const = 0;
    /// Returns early, with false, when `stop` is set.
    virtual bool sleep_for(std::chrono::milliseconds duration, std::stop_token stop) = 0;
};

/// The computer's own clock.
class MURMUR_SDK_API SystemClock final : public Clock {
public:
    TimePoint now() const override;
    bool sleep_for(std::chrono::milliseconds duration, std::stop_token stop) override;
};

}
