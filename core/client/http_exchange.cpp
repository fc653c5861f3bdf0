#include "client/http_exchange.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <murmur/error.hpp>

namespace murmur {

namespace {

constexpr std::chrono::milliseconds send_time_max = std::chrono::seconds(30);

bool nobody_listens(int error) { return error == ENOENT || error == ECONNREFUSED; }

std::optional<Fd> try_connect_unix(const ServerAddress& address) {
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) throw system_error(errno, "cannot make a socket");
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, address.path.c_str(), address.path.size() + 1);
    int result = 0;
    do {
        result = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
    } while (result != 0 && errno == EINTR);
    if (result == 0) return socket;
    if (nobody_listens(errno)) return std::nullopt;
    throw system_error(errno, "cannot connect to " + address.text());
}

/// Gives up after a while, where the kernel alone would try for minutes.
int connect_within(const Fd& socket, const addrinfo& place, std::chrono::milliseconds patience) {
    if (::connect(socket.get(), place.ai_addr, place.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    pollfd waiting{socket.get(), POLLOUT, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(patience.count()));
    if (ready == 0) return ETIMEDOUT;
    if (ready < 0) return errno;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

std::optional<Fd> try_connect_tcp(const ServerAddress& address, std::chrono::milliseconds patience) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int failed = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &wanted, &list); failed != 0)
        throw Error(Errc::unavailable, "cannot find host \"" + address.host + "\": " + ::gai_strerror(failed))
            .with_hint("Check the host name in MURMUR_SERVER.");
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> places(list, &::freeaddrinfo);
    int error = ECONNREFUSED;
    for (const addrinfo* place = list; place; place = place->ai_next) {
        Fd socket(::socket(place->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (!socket) throw system_error(errno, "cannot make a socket");
        error = connect_within(socket, *place, patience);
        if (error != 0) continue;
        const int on = 1;
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        // A stream may be silent for hours: the kernel finds out when the other side is gone.
        ::setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
        return socket;
    }
    if (nobody_listens(error)) return std::nullopt;
    throw system_error(error, "cannot connect to " + address.text());
}

}

std::optional<Fd> try_connect(const ServerAddress& address, std::chrono::milliseconds patience) {
    return address.kind == ServerAddress::Kind::unix_socket ? try_connect_unix(address)
                                                            : try_connect_tcp(address, patience);
}

Fd connect_to(const ServerAddress& address, std::chrono::milliseconds patience) {
    if (auto socket = try_connect(address, patience)) return std::move(*socket);
    throw Error(Errc::unavailable, "no murmurd answers at " + address.text())
        .with_hint(
            "Start murmurd there, or unset MURMUR_SERVER (and server in murmur.yaml) to use the one of this machine.");
}

void HttpExchange::wait_for(short events, std::optional<std::chrono::milliseconds> quiet_max) {
    std::array<pollfd, 2> waiting{pollfd{socket_.get(), events, 0}, pollfd{cancel_fd_, POLLIN, 0}};
    for (;;) {
        const int ready = ::poll(waiting.data(), waiting.size(), quiet_max ? static_cast<int>(quiet_max->count()) : -1);
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) throw system_error(errno, "cannot wait for the server");
        if (ready == 0) throw Error(Errc::deadline_exceeded, "the server did not answer in time");
        if (cancel_fd_ >= 0 && waiting[1].revents != 0) throw Error(Errc::cancelled, "interrupted");
        return;
    }
}

void HttpExchange::send(std::string_view bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        wait_for(POLLOUT, send_time_max);
        const ssize_t count =
            ::send(socket_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0) {
            sent += static_cast<std::size_t>(count);
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return;
        } else if (errno != EAGAIN && errno != EINTR) {
            throw system_error(errno, "cannot send to the server");
        }
    }
}

bool HttpExchange::receive(std::optional<std::chrono::milliseconds> quiet_max) {
    if (response_.is_complete()) return false;
    wait_for(POLLIN, quiet_max);
    std::array<char, 65536> chunk;
    const ssize_t count = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (count < 0 && errno != ECONNRESET) throw system_error(errno, "cannot receive from the server");
    if (count <= 0) {
        response_.finish();
        return false;
    }
    response_.feed(std::string_view(chunk.data(), static_cast<std::size_t>(count)));
    return true;
}

}
