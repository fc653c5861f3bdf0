#pragma once

#include <chrono>
#include <cstdint>
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

    explicit LeaseTable(std::chrono::milliseconds lease) : lease_(lease) {}

    /// A new lease, if there is none of this incarnation yet.
    void begin(std::int64_t agent_row, std::int64_t incarnation);
    void renew(std::int64_t agent_row, std::int64_t incarnation);
    void end(std::int64_t agent_row);
    /// Takes out those that are over.
    std::vector<Expired> take_expired(SteadyClock::time_point now);

private:
    struct Lease {
        std::int64_t incarnation;
        SteadyClock::time_point until;
    };
    const std::chrono::milliseconds lease_;
    Locked<std::unordered_map<std::int64_t, Lease>> leases_;
};

}
