#pragma once

#include <chrono>
#include <functional>
#include <murmur/json.hpp>
#include <murmur/secret.hpp>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "client/server_address.hpp"

namespace murmur {

class HttpExchange;

/// How to reach murmurd.
struct ApiOptions {
    ServerAddress server;
    std::string token;   ///< bearer token; empty: none (the unix socket knows who asks)
    std::string tenant;  ///< "github_app/acme"; empty: the caller's own
    int cancel_fd = -1;  ///< becoming readable, it ends every wait with a `cancelled` Error
    /// How long a unary call may be silent. murmurd answers in milliseconds, and has deadlines of its own for plugins.
    std::chrono::milliseconds patience = std::chrono::minutes(2);
};

/// Calls murmurd's methods in blocking calls, starting murmurd when the address says so. For one thread at a time.
///
/// Errors of the server are thrown with its code and hint and the message "rpc error: code = … desc = …"
/// (is_server_error() tells them from those of the way there); a server that cannot be reached is `unavailable`.
class ApiClient {
public:
    explicit ApiClient(ApiOptions options) : options_(std::move(options)) {}

    /// A unary method: "GetAgent". Where murmurd starts on demand and dies before it has answered, the request goes to
    /// the next one: whatever must not be done twice carries a request_id. The bytes that are sent are wiped
    /// afterwards: a request that holds a secret is made in wiping_storage().
    json::object call(std::string_view method, const json::object& request);
    /// As call(), but never starts murmurd.
    json::object call_if_running(std::string_view method, const json::object& request);

    /// A streaming method. Gives each message to `on_message`, which returns false to end the stream; returns when the
    /// stream ends in good order. A connection that breaks is an `unavailable` Error that is no server error.
    void stream(std::string_view method, const json::object& request,
                const std::function<bool(const json::object&)>& on_message);

    /// As stream(), but never starts murmurd.
    void stream_if_running(std::string_view method, const json::object& request,
                           const std::function<bool(const json::object&)>& on_message);

    const ApiOptions& options() const { return options_; }

private:
    Fd connect(bool may_start);
    static json::object answer_of(HttpExchange& exchange);
    Secret unary_bytes(std::string_view method, const json::object& request) const;
    std::string request_head(std::string_view method, std::string_view content_type, std::size_t body_size) const;
    void run_stream(bool may_start, std::string_view method, const json::object& request,
                    const std::function<bool(const json::object&)>& on_message);

    ApiOptions options_;
};

}
