#include "runtime/worker_pool.hpp"

namespace murmur {

WorkerPool::WorkerPool(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::post(std::function<void()> job) {
    {
        auto state = state_.lock();
        if (state->stopping) return;
        state->jobs.push_back(std::move(job));
    }
    state_.notify_one();
}

void WorkerPool::stop() {
    std::deque<std::function<void()>> dropped;  // destroyed without the lock
    {
        auto state = state_.lock();
        state->stopping = true;
        dropped.swap(state->jobs);
    }
    state_.notify_all();
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
    threads_.clear();
}

void WorkerPool::run() {
    for (;;) {
        std::function<void()> job;
        {
            auto state = state_.lock();
            state.wait([](const State& s) { return s.stopping || !s.jobs.empty(); });
            if (state->stopping) return;
            job = std::move(state->jobs.front());
            state->jobs.pop_front();
        }
        job();
    }
}

}
