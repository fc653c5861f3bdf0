#pragma once

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <murmur/error.hpp>
#include <vector>

namespace murmur::runner {

/// The descriptors of one wait. Made anew for each.
class PollSet {
public:
    void add(int fd, short events) { entries_.push_back({fd, events, 0}); }

    /// Waits until one is ready or `deadline` has come.
    void wait_until(std::chrono::steady_clock::time_point deadline) {
        using namespace std::chrono;
        int timeout_ms = -1;
        if (deadline != steady_clock::time_point::max())
            timeout_ms = static_cast<int>(
                std::clamp<std::int64_t>(ceil<milliseconds>(deadline - steady_clock::now()).count(), 0, 3'600'000));
        if (::poll(entries_.data(), entries_.size(), timeout_ms) < 0 && errno != EINTR)
            throw system_error(errno, "waiting for events");
    }

    /// What happened to `fd` in the last wait; 0 when nothing or not part of it.
    short ready(int fd) const {
        for (const pollfd& entry : entries_)
            if (entry.fd == fd) return entry.revents;
        return 0;
    }

private:
    std::vector<pollfd> entries_;
};

}
