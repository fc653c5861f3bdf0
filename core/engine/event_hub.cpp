#include "engine/event_hub.hpp"

#include <vector>

namespace murmur {

std::shared_ptr<void> EventHub::subscribe(std::int64_t agent_row, Callback callback) {
    auto state = state_->lock();
    const std::int64_t id = ++state->next_id;
    state->callbacks.emplace(agent_row, std::make_pair(id, std::make_shared<Callback>(std::move(callback))));
    return std::shared_ptr<void>(nullptr, [shared = state_, agent_row, id](void*) {
        auto held = shared->lock();
        const auto [begin, end] = held->callbacks.equal_range(agent_row);
        for (auto entry = begin; entry != end; ++entry)
            if (entry->second.first == id) {
                held->callbacks.erase(entry);
                return;
            }
    });
}

void EventHub::notify(std::int64_t agent_row) {
    std::vector<std::shared_ptr<Callback>> found;  // called without the lock
    {
        auto state = state_->lock();
        const auto [begin, end] = state->callbacks.equal_range(agent_row);
        for (auto entry = begin; entry != end; ++entry) found.push_back(entry->second.second);
    }
    for (const auto& callback : found) (*callback)();
}

}
