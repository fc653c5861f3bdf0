#include "waiting.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "murmur/error.hpp"

namespace murmur::local {

StopEvent::StopEvent(const Call& call) {
    if (!call.stop.stop_possible()) return;
    event_ = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!event_) throw system_error(errno, "cannot make an eventfd");
    const int fd = event_.get();
    callback_.emplace(call.stop, [fd] { ::eventfd_write(fd, 1); });
}

int poll_timeout(std::chrono::milliseconds timeout) {
    constexpr std::chrono::milliseconds longest = std::chrono::hours(24);  // well inside an int
    return static_cast<int>(std::clamp(timeout, std::chrono::milliseconds(0), longest).count());
}

bool wait_readable(int fd, std::chrono::milliseconds timeout, const Call& call) {
    const StopEvent stop(call);
    const auto end = Call::Clock::now() + std::min(timeout, call.remaining());
    while (true) {
        std::array<pollfd, 2> waits{{{fd, POLLIN, 0}, {stop.fd(), POLLIN, 0}}};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Call::Clock::now());
        const int count = ::poll(waits.data(), waits.size(), poll_timeout(left));
        if (count < 0 && errno != EINTR) throw system_error(errno, "cannot wait for a process");
        if (count > 0 && waits[0].revents != 0) return true;
        if (count > 0 && waits[1].revents != 0) return false;
        if (Call::Clock::now() >= end) return false;
    }
}

}
