#include "cli/interrupt.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <murmur/error.hpp>

namespace murmur {

namespace {

std::array<int, 2> interrupt_pipe = {-1, -1};

extern "C" void on_interrupt_signal(int) {
    const int before = errno;
    const char byte = 0;
    // A full pipe is readable already.
    [[maybe_unused]] const ssize_t count = ::write(interrupt_pipe[1], &byte, 1);
    errno = before;
}

}

int interrupt_fd() {
    if (interrupt_pipe[0] >= 0) return interrupt_pipe[0];
    if (::pipe2(interrupt_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw system_error(errno, "cannot make a pipe");
    struct sigaction action {};
    action.sa_handler = on_interrupt_signal;
    ::sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    return interrupt_pipe[0];
}

bool is_interrupted() {
    pollfd interrupted{interrupt_pipe[0], POLLIN, 0};
    return ::poll(&interrupted, 1, 0) > 0;
}

}
