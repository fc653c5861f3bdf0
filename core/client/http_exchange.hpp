#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "client/response_parser.hpp"
#include "client/server_address.hpp"

namespace murmur {

// Far above what a network takes, and below what the kernel alone would try.
inline constexpr std::chrono::milliseconds connect_time_max = std::chrono::seconds(10);

/// Connects. Nothing when the socket is missing or nobody listens there; other failures throw.
std::optional<Fd> try_connect(const ServerAddress& address, std::chrono::milliseconds patience = connect_time_max);
/// Connects, or throws unavailable with the remedy.
Fd connect_to(const ServerAddress& address, std::chrono::milliseconds patience = connect_time_max);

/// One request and its response over a connected socket, in blocking calls. For one thread.
class HttpExchange {
public:
    /// A read on `cancel_fd` (if not -1) becoming possible ends every wait with a `cancelled` Error.
    HttpExchange(Fd socket, int cancel_fd) : socket_(std::move(socket)), cancel_fd_(cancel_fd) {}

    /// A peer that hangs up meanwhile is no failure: it may have answered early.
    void send(std::string_view bytes);
    /// Waits for bytes, at most `quiet_max` if given. False once the response is complete.
    bool receive(std::optional<std::chrono::milliseconds> quiet_max);
    ResponseParser& response() { return response_; }

private:
    void wait_for(short events, std::optional<std::chrono::milliseconds> quiet_max);

    Fd socket_;
    int cancel_fd_;
    ResponseParser response_;
};

}
