#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "api/api_context.hpp"
#include "runtime/worker_pool.hpp"

namespace murmur {

/// One open watch: sends what the store has after its cursor, whenever there is more and the client takes it, and ends
/// when the agent's life has. Kept alive by its stream.
class WatchStream : public std::enable_shared_from_this<WatchStream> {
public:
    enum class Log { agent, session };

    /// The pool reads the store; it must be stopped before the context goes.
    WatchStream(ApiContext& context, WorkerPool& pool, Log log, const Agent& agent, EventPosition from, bool follow,
                std::shared_ptr<http::ResponseStream> stream);

    void start();

private:
    void wake();
    void pump();
    /// Sends one batch; false when there was nothing.
    bool send_batch();
    void end();

    ApiContext& context_;
    WorkerPool& pool_;
    const Log log_;
    const std::int64_t agent_row_;
    const std::string workflow_id_;
    const bool follow_;
    const std::shared_ptr<http::ResponseStream> stream_;
    std::atomic<int> wakes_{0};  ///< since the last pump began; the one that raises it from zero posts the pump

    // Of the pump alone, and there is never more than one.
    EventPosition cursor_;
    std::shared_ptr<void> subscription_;
    bool ended_ = false;
};

}
