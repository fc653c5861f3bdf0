#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

namespace murmur {

/// A value behind a lock. The only way to the value is to hold the lock, so there is no unlocked access to forget.
///
///     Locked<Table> table;
///     auto held = table.lock();   // until the end of the scope
///     held->insert(entry);
template <class T>
class Locked {
public:
    class Held {
    public:
        T* operator->() { return value_; }
        T& operator*() { return *value_; }
        /// Waits until `ready(value)`; the lock is given up meanwhile. Notify through Locked::notify_all().
        template <class Ready>
        void wait(Ready ready) {
            owner_->changed_.wait(lock_, [&] { return ready(*value_); });
        }
        /// As wait(), but gives up, with false, at `deadline`.
        template <class Deadline, class Ready>
        bool wait_until(Deadline deadline, Ready ready) {
            return owner_->changed_.wait_until(lock_, deadline, [&] { return ready(*value_); });
        }

    private:
        friend class Locked;
        Held(Locked& owner) : owner_(&owner), lock_(owner.mutex_), value_(&owner.value_) {}
        Locked* owner_;
        std::unique_lock<std::mutex> lock_;
        T* value_;
    };

    Locked() = default;
    template <class... Args>
    explicit Locked(std::in_place_t, Args&&... args) : value_(std::forward<Args>(args)...) {}

    Held lock() { return Held(*this); }
    void notify_one() { changed_.notify_one(); }
    void notify_all() { changed_.notify_all(); }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    T value_{};
};

}
