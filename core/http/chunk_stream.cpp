#include "http/chunk_stream.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace murmur::http {

void ChunkStream::on_drained(std::function<void()> callback) {
    const std::lock_guard lock(mutex_);
    on_drained_ = std::move(callback);
}

void ChunkStream::on_closed(std::function<void()> callback) {
    {
        const std::lock_guard lock(mutex_);
        if (!ended_) {
            on_closed_ = std::move(callback);
            return;
        }
    }
    // The client went before anybody asked. The caller may hold locks that the callback takes, so it is called from
    // the network thread, as always; only without a network thread any more is it called from here.
    if (loop_->stopped())
        callback();
    else
        asio::post(*loop_, std::move(callback));
}

void ChunkStream::drained() {
    std::function<void()> callback;
    {
        const std::lock_guard lock(mutex_);
        callback = on_drained_;
    }
    if (callback) callback();
}

void ChunkStream::ended() {
    queue_.detach();
    std::function<void()> callback;
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(ended_, true)) return;
        callback = std::exchange(on_closed_, nullptr);
        on_drained_ = nullptr;
    }
    if (callback) callback();
}

}
