#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/locked.hpp"

namespace murmur {

/// When each runner was last heard of. In memory only: after a restart everyone gets a whole lease again.
/// Safe from any thread.
class LeaseTable {
public:
    using SteadyClock = std::chrono::steady_clock;
    struct Expired {
        std::int64_t agent_row;
        std::int64_t incarnation;
    };

    /// `now` tells a time that no one sets back; safe from any thread.
    LeaseTable(std::chrono::milliseconds lease, std::function<SteadyClock::time_point()> now)
        : lease_(lease), now_(std::move(now)) {}

    /// A new lease, if there is none of this incarnation yet.
    void begin(std::int64_t agent_row, std::int64_t incarnation);
    void renew(std::int64_t agent_row, std::int64_t incarnation);
    void end(std::int64_t agent_row);
    /// Takes out those that are over.
    std::vector<Expired> take_expired();
    /// When the next one will be over, unless it is renewed.
    std::optional<SteadyClock::time_point> next_expiry();

private:
    struct Lease {
        std::int64_t incarnation;
        SteadyClock::time_point until;
    };
    const std::chrono::milliseconds lease_;
    const std::function<SteadyClock::time_point()> now_;
    Locked<std::unordered_map<std::int64_t, Lease>> leases_;
};

}
