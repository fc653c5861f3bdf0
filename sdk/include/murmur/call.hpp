#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "murmur/export.hpp"

namespace murmur {

/// What a blocking call is given: when it must be over, how it learns that it is no longer wanted, and the id under
/// which it is logged. A value; copying is cheap.
struct MURMUR_SDK_API Call {
    using Clock = std::chrono::steady_clock;

    std::stop_token stop;
    Clock::time_point deadline = Clock::time_point::max();
    std::string request_id;

    /// Throws `cancelled` or `deadline_exceeded` when the call should be given up. Call it between steps.
    void check() const;
    /// How long is left, never negative; a very long time when there is no deadline.
    std::chrono::milliseconds remaining() const;
};

}
