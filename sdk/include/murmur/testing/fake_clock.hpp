#pragma once

#include <condition_variable>
#include <murmur/clock.hpp>
#include <mutex>

namespace murmur::testing {

/// A clock that moves only when it is told to. Safe from any thread: those that sleep wake when it passes their time.
class FakeClock final : public Clock {
public:
    explicit FakeClock(TimePoint start = TimePoint(std::chrono::milliseconds(1'700'000'000'000))) : now_(start) {}

    TimePoint now() const override {
        const std::lock_guard lock(mutex_);
        return now_;
    }

    bool sleep_for(std::chrono::milliseconds duration, std::stop_token stop) override {
        std::unique_lock lock(mutex_);
        const TimePoint until = now_ + duration;
        ++sleepers_;
        changed_.notify_all();
        const bool reached = changed_.wait(lock, stop, [&] { return now_ >= until; });
        --sleepers_;
        return reached;
    }

    void advance(std::chrono::milliseconds duration) {
        const std::lock_guard lock(mutex_);
        now_ += duration;
        changed_.notify_all();
    }

    /// Waits until that many threads sleep: then it is of use to advance().
    void wait_for_sleepers(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return sleepers_ >= count; });
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    TimePoint now_;
    int sleepers_ = 0;
};

}
