#include "client/daemon_control.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <murmur/error.hpp>

#include "base/file.hpp"
#include "client/http_exchange.hpp"

namespace murmur {

std::optional<pid_t> find_listening_process(const ServerAddress& address) {
    if (address.kind != ServerAddress::Kind::unix_socket)
        throw Error(Errc::failed_precondition, address.text() + " is not a murmurd of this machine")
            .with_hint("Unset MURMUR_SERVER to mean this machine's.");
    const auto socket = try_connect(address);
    if (!socket) return std::nullopt;
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket->get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        throw system_error(errno, "cannot tell which process listens at " + address.text());
    return peer.pid;
}

void stop_process(pid_t pid, std::chrono::milliseconds patience) {
    // The handle keeps the number from meaning another process.
    const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!process && errno == ESRCH) return;
    if (!process) throw system_error(errno, "cannot open process " + std::to_string(pid));
    if (::syscall(SYS_pidfd_send_signal, process.get(), SIGTERM, nullptr, 0) != 0 && errno != ESRCH)
        throw system_error(errno, "cannot stop process " + std::to_string(pid));
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd ended{process.get(), POLLIN, 0};
        const int ready = ::poll(&ended, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
        if (ready > 0) return;
        if (ready < 0 && errno == EINTR) continue;
        throw Error(Errc::deadline_exceeded, "murmurd (process " + std::to_string(pid) + ") has not ended yet")
            .with_hint("It may still be finishing its work: try again, or run kill -9 " + std::to_string(pid) +
                       "; nothing is lost by that.");
    }
}

}
