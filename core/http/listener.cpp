#include "http/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <murmur/error.hpp>

#include "http/server_address.hpp"

namespace murmur::http {

namespace {

constexpr int listen_backlog = 1024;  // a storm of reconnecting runners after a restart must fit

// A peer that vanished without a word is noticed after 60 + 4 * 15 seconds, also on streams, which have no pings.
constexpr int tcp_keepalive_idle_s = 60;
constexpr int tcp_keepalive_interval_s = 15;
constexpr int tcp_keepalive_probes = 4;

void set_option(int fd, int level, int name, int value) { ::setsockopt(fd, level, name, &value, sizeof value); }

sockaddr_un unix_address(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.native().size() + 1);
    return address;
}

/// Removes what a server that died has left. Throws already_exists when something is there that must stay.
void remove_stale_socket(const std::filesystem::path& path, const sockaddr_un& address) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return;
    const std::string named = "\"" + path.string() + "\"";
    if (!S_ISSOCK(status.st_mode))
        throw Error(Errc::already_exists, named + " exists and is not a socket")
            .with_hint("Remove it, or set MURMUR_RUNTIME_DIR.");
    const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!probe) throw system_error(errno, "cannot make a socket");
    const bool connected = ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (connected || errno == EAGAIN)  // EAGAIN: alive, with a full backlog
        throw Error(Errc::already_exists, "a server is running already at the socket " + named)
            .with_hint("Stop it first, or set MURMUR_RUNTIME_DIR to run another beside it.");
    if (errno == ENOENT) return;
    if (errno != ECONNREFUSED)
        throw system_error(errno, "cannot tell whether a server is running at the socket " + named);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        throw system_error(errno, "cannot remove the stale socket " + named);
}

std::string text_of_address(const sockaddr_storage& address) {
    char host[NI_MAXHOST];
    char port[NI_MAXSERV];
    socklen_t size = address.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host, port, sizeof port,
                      NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return "unknown";
    ServerAddress text;
    text.host = host;
    text.port = port;
    return text.host_header();
}

Peer peer_of(int fd, const sockaddr_storage& address) {
    Peer peer;
    if (address.ss_family == AF_INET || address.ss_family == AF_INET6) {
        peer.address = text_of_address(address);
        set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
        set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
        set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, tcp_keepalive_idle_s);
        set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, tcp_keepalive_interval_s);
        set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, tcp_keepalive_probes);
        return peer;
    }
    peer.address = "unix";
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
        peer.uid = credentials.uid;
        peer.pid = credentials.pid;
    }
    return peer;
}

}

Listener Listener::bind_unix(const std::filesystem::path& path) {
    check_unix_path(path);
    const sockaddr_un address = unix_address(path);
    remove_stale_socket(path, address);
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) throw system_error(errno, "cannot make a socket");
    // The file gets the mode of the socket it is bound from: so there is no moment in which others may connect, and the
    // umask, which belongs to the whole process, stays alone.
    ::fchmod(fd.get(), 0600);
    const std::string named = "\"" + path.string() + "\"";
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int error = errno == EADDRINUSE ? EEXIST : errno;
        throw system_error(error, "cannot bind the socket " + named)
            .with_hint("Set MURMUR_RUNTIME_DIR to a folder that exists and that you may write to.");
    }
    Listener listener(std::move(fd), path.string());
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) {
        listener.device_ = status.st_dev;
        listener.inode_ = status.st_ino;
    }
    if (::chmod(path.c_str(), 0600) != 0 || ::listen(listener.fd(), listen_backlog) != 0)
        throw system_error(errno, "cannot listen on the socket " + named);
    return listener;
}

Listener Listener::bind_tcp(const std::string& address) {
    const ServerAddress wanted = parse_host_port(address);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(wanted.host.c_str(), wanted.port.c_str(), &hints, &found); error != 0)
        throw Error(Errc::invalid_argument, "cannot listen on \"" + address + "\": " + ::gai_strerror(error));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);
    Fd fd(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) throw system_error(errno, "cannot make a socket");
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);  // a restart must not wait for old connections to time out
    if (::bind(fd.get(), found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd.get(), listen_backlog) != 0) {
        const int error = errno == EADDRINUSE ? EEXIST : errno;
        throw system_error(error, "cannot listen on \"" + address + "\"")
            .with_hint("Choose another address, or stop the program that uses this one.");
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &size);
    return Listener(std::move(fd), text_of_address(bound));
}

Listener::~Listener() {
    if (!fd_ || inode_ == 0) return;
    struct stat status {};
    if (::lstat(address_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_)
        ::unlink(address_.c_str());
}

std::optional<Listener::Accepted> Listener::accept() const {
    sockaddr_storage address{};
    for (;;) {
        socklen_t size = sizeof address;
        // Children that the program starts must not inherit its connections; Asio's own accept would let them.
        Fd fd(::accept4(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (fd) {
            Peer peer = peer_of(fd.get(), address);
            return Accepted{std::move(fd), std::move(peer)};
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
        // These tell of the one connection, which failed before it was accepted; the next may be sound.
        const bool is_about_one = errno == ECONNABORTED || errno == EINTR || errno == EPROTO || errno == EPERM ||
                                  errno == ENETDOWN || errno == ENETUNREACH || errno == EHOSTUNREACH;
        if (!is_about_one) throw system_error(errno, "cannot accept a connection");
    }
}

}
