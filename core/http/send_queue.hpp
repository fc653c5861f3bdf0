#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace murmur::http {

/// What any thread sends, on its way to the network thread that owns the connection.
///
/// The producers' side is safe from any thread. It wakes the network side through the function given to attach(), at
/// most once until the next take(); after detach() it never calls that again, so the connection may go.
class SendQueue {
public:
    /// Queues a message; ignored once finished or detached.
    void push(std::string message);
    /// Nothing more will be pushed. Only the first reason counts.
    void finish(std::string_view reason);
    /// Bytes pushed and not yet reported as sent.
    std::size_t bytes() const;
    /// Finished or detached.
    bool closed() const;

    /// Network thread: `wake` must only post to it. Called at once when something is waiting already.
    void attach(std::function<void()> wake);
    /// Network thread: the connection is gone.
    void detach();

    struct Taken {
        std::vector<std::string> messages;
        bool finished = false;
        std::string reason;
    };
    /// Network thread: everything that waits.
    Taken take();
    /// Network thread: bytes that the peer's side of the kernel has accepted.
    void sent(std::size_t bytes);

private:
    void wake_locked();

    mutable std::mutex mutex_;
    std::vector<std::string> waiting_;
    std::size_t bytes_ = 0;
    bool finished_ = false;
    bool detached_ = false;
    bool woken_ = false;
    std::string reason_;
    std::function<void()> wake_;
};

}
