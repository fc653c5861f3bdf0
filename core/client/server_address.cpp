#include "client/server_address.hpp"

#include <sys/un.h>

#include <murmur/error.hpp>

#include "base/paths.hpp"

namespace murmur {

namespace {

constexpr const char* default_port = "8620";

ServerAddress unix_address(std::string path) {
    // The kernel's limit, with the zero byte at the end.
    constexpr std::size_t path_max = sizeof(sockaddr_un::sun_path) - 1;
    if (path.empty() || path[0] != '/')
        throw Error(Errc::invalid_argument, "socket path \"" + path + "\" is not absolute")
            .with_hint("Write it as unix:/absolute/path.");
    if (path.size() > path_max)
        throw Error(Errc::invalid_argument,
                    "socket path \"" + path + "\" is longer than " + std::to_string(path_max) + " bytes")
            .with_hint("Set MURMUR_RUNTIME_DIR to a shorter path.");
    ServerAddress address;
    address.path = std::move(path);
    return address;
}

ServerAddress tcp_address(const std::string& text, std::string authority) {
    while (authority.ends_with('/')) authority.pop_back();
    ServerAddress address;
    address.kind = ServerAddress::Kind::tcp;
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.rfind(':');
    const bool has_port = colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
    address.host = authority.substr(0, has_port ? colon : std::string::npos);
    address.port = has_port ? authority.substr(colon + 1) : default_port;
    if (address.host.starts_with('[') && address.host.ends_with(']'))
        address.host = address.host.substr(1, address.host.size() - 2);
    const bool is_number = !address.port.empty() && address.port.find_first_not_of("0123456789") == std::string::npos;
    if (address.host.empty() || !is_number || address.port.size() > 5 ||
        authority.find_first_of("/ @?#") != std::string::npos)
        throw Error(Errc::invalid_argument, "\"" + text + "\" is not a server address")
            .with_hint("Write it as http://host:port or unix:/path.");
    return address;
}

}

std::string ServerAddress::text() const {
    if (kind == Kind::unix_socket) return "unix:" + path;
    const bool is_ipv6 = host.find(':') != std::string::npos;
    return "http://" + (is_ipv6 ? "[" + host + "]" : host) + ":" + port;
}

ServerAddress parse_server_address(const std::string& text) {
    if (text.starts_with("unix:")) return unix_address(text.substr(text.starts_with("unix://") ? 7 : 5));
    if (text.starts_with("http://")) return tcp_address(text, text.substr(7));
    if (text.starts_with("https://"))
        throw Error(Errc::unimplemented, "servers behind https (\"" + text + "\") are not available in this version")
            .with_hint(
                "Forward the server's socket with ssh -L /tmp/murmurd.sock:SOCKET HOST, and set "
                "MURMUR_SERVER=unix:/tmp/murmurd.sock.");
    throw Error(Errc::invalid_argument, "\"" + text + "\" is not a server address")
        .with_hint("Write it as http://host:port or unix:/path.");
}

ServerAddress default_server_address() {
    ServerAddress address = unix_address((runtime_dir() / socket_name).string());
    address.starts_on_demand = true;
    return address;
}

}
