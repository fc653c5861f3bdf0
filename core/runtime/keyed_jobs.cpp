#include "runtime/keyed_jobs.hpp"

namespace murmur {

void KeyedJobs::post(std::int64_t key, std::function<void()> job) {
    bool is_first = false;
    {
        auto waiting = waiting_.lock();
        const auto [entry, inserted] = waiting->try_emplace(key);
        entry->second.push_back(std::move(job));
        is_first = inserted;
    }
    if (is_first) pool_.post([this, key] { run_next(key); });
}

void KeyedJobs::run_next(std::int64_t key) {
    std::function<void()> job;
    {
        auto waiting = waiting_.lock();
        job = std::move(waiting->at(key).front());
    }
    job();
    {
        auto waiting = waiting_.lock();
        auto entry = waiting->find(key);
        entry->second.pop_front();
        if (entry->second.empty()) {
            waiting->erase(entry);
            return;
        }
    }
    pool_.post([this, key] { run_next(key); });
}

}
