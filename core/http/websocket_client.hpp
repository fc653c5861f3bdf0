#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "http/http_types.hpp"

namespace murmur::http {

/// The client's end of a WebSocket, with a network thread of its own.
///
/// Blocks until the handshake is done. Throws `unavailable` when nothing answers, and the server's own Error when it
/// refuses the upgrade with a Connect error body. `server` is "unix:/path/to/socket" or "http://host:port".
/// Destroying the socket closes it and joins its thread; never do that from inside one of its events.
std::unique_ptr<WebSocket> connect_websocket(const std::string& server, const std::string& path,
                                             const std::map<std::string, std::string>& headers, WebSocketEvents events,
                                             std::chrono::milliseconds timeout);

}
