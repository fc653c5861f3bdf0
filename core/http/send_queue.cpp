#include "http/send_queue.hpp"

#include <utility>

namespace murmur::http {

void SendQueue::wake_locked() {
    if (woken_ || !wake_) return;
    woken_ = true;
    wake_();
}

void SendQueue::push(std::string message) {
    const std::lock_guard lock(mutex_);
    if (finished_ || detached_) return;
    bytes_ += message.size();
    waiting_.push_back(std::move(message));
    wake_locked();
}

void SendQueue::finish(std::string_view reason) {
    const std::lock_guard lock(mutex_);
    if (finished_ || detached_) return;
    finished_ = true;
    reason_ = reason;
    wake_locked();
}

std::size_t SendQueue::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

bool SendQueue::closed() const {
    const std::lock_guard lock(mutex_);
    return finished_ || detached_;
}

void SendQueue::attach(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
    if (!waiting_.empty() || finished_) wake_locked();
}

void SendQueue::detach() {
    std::function<void()> wake;
    std::vector<std::string> waiting;
    const std::lock_guard lock(mutex_);
    detached_ = true;
    bytes_ = 0;
    wake.swap(wake_);
    waiting.swap(waiting_);
}

SendQueue::Taken SendQueue::take() {
    const std::lock_guard lock(mutex_);
    woken_ = false;
    return {std::exchange(waiting_, {}), finished_, reason_};
}

void SendQueue::sent(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    bytes_ -= bytes < bytes_ ? bytes : bytes_;
}

}
