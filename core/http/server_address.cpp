#include "http/server_address.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <murmur/error.hpp>
#include <string_view>

namespace murmur::http {

namespace {

constexpr std::string_view unix_scheme = "unix:";
constexpr std::string_view http_scheme = "http://";

Error no_answer(const std::string& where, int error) {
    return Error(Errc::unavailable, "no server answers at " + where + ": " + std::strerror(error));
}

Fd stream_socket(int family, int timeout_ms) {
    Fd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) throw system_error(errno, "cannot make a socket");
    // The send timeout also ends connect(), of both kinds.
    const timeval limit{timeout_ms / 1000, timeout_ms % 1000 * 1000 + 1};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return fd;
}

Fd connect_unix(const std::filesystem::path& path, int timeout_ms) {
    check_unix_path(path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.native().size() + 1);
    Fd fd = stream_socket(AF_UNIX, timeout_ms);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
    const int error = errno;
    if (error == EACCES || error == EPERM)
        throw system_error(error, "cannot connect to the socket \"" + path.string() + "\"")
            .with_hint("The socket belongs to another user.");
    throw no_answer("\"" + path.string() + "\"", error);
}

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Fd connect_tcp(const ServerAddress& address, int timeout_ms) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const std::string where = address.host_header();
    if (const int error = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &wanted, &found); error != 0)
        throw Error(Errc::unavailable, "cannot find the host \"" + address.host + "\": " + ::gai_strerror(error));
    const AddressList list(found, &::freeaddrinfo);
    int error = ECONNREFUSED;
    for (const addrinfo* one = found; one; one = one->ai_next) {
        Fd fd = stream_socket(one->ai_family, timeout_ms);
        if (::connect(fd.get(), one->ai_addr, one->ai_addrlen) == 0) {
            const int on = 1;
            ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            return fd;
        }
        error = errno == EINPROGRESS ? ETIMEDOUT : errno;
    }
    throw no_answer(where, error);
}

}

std::string ServerAddress::host_header() const {
    if (!unix_path.empty()) return "localhost";
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port;
}

ServerAddress parse_host_port(const std::string& text) {
    const Error bad = Error(Errc::invalid_argument, "\"" + text + "\" is not an address of the form host:port")
                          .with_hint("Write it like 127.0.0.1:7777 or [::1]:7777.");
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) throw bad;
    ServerAddress address;
    address.host = text.substr(0, colon);
    address.port = text.substr(colon + 1);
    if (address.host.front() == '[' && address.host.back() == ']')
        address.host = address.host.substr(1, address.host.size() - 2);
    else if (address.host.find(':') != std::string::npos)
        throw bad;
    if (address.host.empty() || address.port.empty() || address.port.size() > 5 ||
        address.port.find_first_not_of("0123456789") != std::string::npos || std::stoi(address.port) > 65535)
        throw bad;
    return address;
}

ServerAddress parse_server(const std::string& server) {
    if (server.starts_with(unix_scheme)) {
        ServerAddress address;
        address.unix_path = server.substr(unix_scheme.size());
        if (address.unix_path.empty()) throw Error(Errc::invalid_argument, "\"unix:\" lacks the path of the socket");
        check_unix_path(address.unix_path);
        return address;
    }
    if (!server.starts_with(http_scheme))
        throw Error(Errc::invalid_argument, "\"" + server + "\" is not the address of a server")
            .with_hint("Use \"unix:/path/to/socket\" or \"http://host:port\".");
    std::string rest = server.substr(http_scheme.size());
    if (rest.ends_with('/')) rest.pop_back();
    return parse_host_port(rest);
}

void check_unix_path(const std::filesystem::path& path) {
    if (path.native().size() <= unix_path_bytes_max && !path.empty()) return;
    throw Error(Errc::invalid_argument, "the socket path \"" + path.string() + "\" has " +
                                            std::to_string(path.native().size()) + " bytes, and the system allows " +
                                            std::to_string(unix_path_bytes_max))
        .with_hint("Set MURMUR_RUNTIME_DIR to a folder with a shorter path.");
}

Fd connect_to(const ServerAddress& address, int timeout_ms) {
    return address.unix_path.empty() ? connect_tcp(address, timeout_ms) : connect_unix(address.unix_path, timeout_ms);
}

}
