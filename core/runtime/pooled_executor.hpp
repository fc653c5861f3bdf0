#pragma once

#include "runtime/executor.hpp"
#include "runtime/keyed_jobs.hpp"
#include "runtime/worker_pool.hpp"

namespace murmur {

/// Does its work on threads of its own.
class PooledExecutor final : public Executor {
public:
    explicit PooledExecutor(std::size_t threads) : workers_(threads) {}

    void post(std::int64_t key, Work work) override {
        jobs_.post(key, [work = std::move(work)] {
            if (const Finish finish = work()) finish();
        });
    }
    void stop() override { workers_.stop(); }

private:
    WorkerPool workers_;
    KeyedJobs jobs_{workers_};
};

}
