#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/file.hpp"

namespace murmur::http {

/// Where a server is: a unix socket, or a host and port.
struct ServerAddress {
    std::filesystem::path unix_path;  ///< empty: TCP
    std::string host;
    std::string port;

    /// For the Host header.
    std::string host_header() const;
};

/// "unix:/path" or "http://host:port". Throws invalid_argument.
ServerAddress parse_server(const std::string& server);
/// "host:port" or "[v6]:port". Throws invalid_argument.
ServerAddress parse_host_port(const std::string& text);

/// A blocking stream socket connected to the server. Throws `unavailable` when nobody answers within `timeout_ms`.
Fd connect_to(const ServerAddress& address, int timeout_ms);

/// The longest path of a unix socket that the system takes.
constexpr std::size_t unix_path_bytes_max = 107;
/// Throws invalid_argument, with the remedy, for a longer one.
void check_unix_path(const std::filesystem::path& path);

}
