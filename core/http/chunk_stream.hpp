#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "http/http_types.hpp"
#include "http/network.hpp"
#include "http/send_queue.hpp"

namespace murmur::http {

/// The handler's end of a streaming answer. It may outlive the connection and the server.
class ChunkStream final : public ResponseStream {
public:
    explicit ChunkStream(std::shared_ptr<asio::io_context> loop) : loop_(std::move(loop)) {}

    void write(std::string bytes) override { queue_.push(std::move(bytes)); }
    std::size_t queued_bytes() const override { return queue_.bytes(); }
    void close() override { queue_.finish({}); }
    bool closed() const override { return queue_.closed(); }
    void on_drained(std::function<void()> callback) override;
    void on_closed(std::function<void()> callback) override;

    // Network thread:
    SendQueue& queue() { return queue_; }
    void drained();
    /// The answer is over, or the client has gone.
    void ended();

private:
    std::shared_ptr<asio::io_context> loop_;
    SendQueue queue_;
    std::mutex mutex_;
    bool ended_ = false;
    std::function<void()> on_drained_;
    std::function<void()> on_closed_;
};

}
