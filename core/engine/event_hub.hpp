#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "base/locked.hpp"

namespace murmur {

/// Tells streams that an agent has something new in the store. Safe from any thread.
class EventHub {
public:
    using Callback = std::function<void()>;

    /// The subscription ends when the token goes. The callback runs on the control loop's thread: it only wakes
    /// someone.
    /// One that is under way when the token goes may still end after that: it must own what it touches.
    std::shared_ptr<void> subscribe(std::int64_t agent_row, Callback callback);
    void notify(std::int64_t agent_row);

private:
    struct State {
        std::int64_t next_id = 0;
        std::unordered_multimap<std::int64_t, std::pair<std::int64_t, std::shared_ptr<Callback>>> callbacks;
    };
    std::shared_ptr<Locked<State>> state_ = std::make_shared<Locked<State>>();
};

}
