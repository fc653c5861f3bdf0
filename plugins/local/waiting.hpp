#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "murmur/call.hpp"
#include "unique_fd.hpp"

namespace murmur::local {

/// Makes a call's stop token something that poll() can wait for.
class StopEvent {
public:
    explicit StopEvent(const Call& call);

    /// Readable once the call was cancelled; -1, which poll() ignores, when it never can be.
    int fd() const noexcept { return event_.get(); }

private:
    UniqueFd event_;
    std::optional<std::stop_callback<std::function<void()>>> callback_;
};

/// Waits until `fd` is readable (a pidfd: until the process has ended) and says whether it is. Returns early, with
/// false, when the call is cancelled; never waits past `timeout` or the call's deadline.
bool wait_readable(int fd, std::chrono::milliseconds timeout, const Call& call);

/// The milliseconds to give to poll(): rounded up, never the endless -1.
int poll_timeout(std::chrono::milliseconds timeout);

}
