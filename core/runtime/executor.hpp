#pragma once

#include <cstdint>
#include <functional>

namespace murmur {

/// Where blocking work is done. The seam between the engine and its threads.
class Executor {
public:
    /// Hands the result of a piece of work over; may be empty.
    using Finish = std::function<void()>;
    /// Does the work and returns what hands its result over. It must not throw.
    using Work = std::function<Finish()>;

    virtual ~Executor() = default;
    /// Runs `work` and then what it returned, some time later. Those of one key run one after the other in the order
    /// they came; those of different keys may overlap. Ignored after stop().
    virtual void post(std::int64_t key, Work work) = 0;
    /// Drops the work that has not begun and waits for the rest.
    virtual void stop() = 0;
};

}
