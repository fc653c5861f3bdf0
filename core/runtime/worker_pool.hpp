#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/locked.hpp"

namespace murmur {

/// Threads that do blocking work. A job must not throw: it is an edge, and catches what it calls.
class WorkerPool {
public:
    explicit WorkerPool(std::size_t threads);
    /// As stop().
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Ignored after stop().
    void post(std::function<void()> job);
    /// Drops the jobs that have not begun and waits for the others.
    void stop();

private:
    struct State {
        std::deque<std::function<void()>> jobs;
        bool stopping = false;
    };
    void run();

    Locked<State> state_;
    std::vector<std::thread> threads_;
};

}
