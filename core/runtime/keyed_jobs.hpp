#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>

#include "base/locked.hpp"
#include "runtime/worker_pool.hpp"

namespace murmur {

/// Runs jobs on a pool, those of one key one after the other in the order they came; those of different keys overlap.
class KeyedJobs {
public:
    /// The pool must outlive this and be stopped before this goes.
    explicit KeyedJobs(WorkerPool& pool) : pool_(pool) {}

    void post(std::int64_t key, std::function<void()> job);

private:
    void run_next(std::int64_t key);

    WorkerPool& pool_;
    /// A key is present as long as a job of it is running or waits.
    Locked<std::unordered_map<std::int64_t, std::deque<std::function<void()>>>> waiting_;
};

}
