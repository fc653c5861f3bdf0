#pragma once

#include <cstdint>
#include <string>

namespace murmur {

/// Where murmurd listens.
struct ServerAddress {
    enum class Kind { unix_socket, tcp };
    Kind kind = Kind::unix_socket;
    std::string path;  ///< of the socket
    std::string host;
    std::string port;
    bool starts_on_demand = false;  ///< the default socket of this user: murmurd is started when nothing answers

    /// As people write it: "unix:/run/…/murmurd.sock" or "http://host:port".
    std::string text() const;
};

/// Reads "unix:/path" or "http://host[:port]". Throws invalid_argument with the remedy for anything else, and
/// unimplemented for https.
ServerAddress parse_server_address(const std::string& text);

/// The socket in this user's runtime directory.
ServerAddress default_server_address();

}
