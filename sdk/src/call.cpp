#include "murmur/call.hpp"

#include <algorithm>

#include "murmur/error.hpp"

namespace murmur {

void Call::check() const {
    if (stop.stop_requested()) throw Error(Errc::cancelled, "the call was cancelled");
    if (Clock::now() >= deadline) throw Error(Errc::deadline_exceeded, "the call took longer than it was given");
}

std::chrono::milliseconds Call::remaining() const {
    if (deadline == Clock::time_point::max()) return std::chrono::hours(24 * 365);
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()));
}

}
