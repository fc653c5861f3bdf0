#pragma once

#include <chrono>
#include <functional>
#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <string>

#include "client/api_client.hpp"

namespace murmur {

/// A stream of messages with ids that survives broken connections and restarts of murmurd: it reconnects and goes on
/// behind the last message, so that none is lost and none comes twice.
class ResumingStream {
public:
    struct Options {
        std::string method;
        json::object request;  ///< `from` is set by this class
        std::string from;      ///< the id to go on behind; empty: the start
        /// The id of a message.
        std::function<std::string(const json::object&)> id_of;
        /// Told once per interruption, with the reason.
        std::function<void(const Error&)> on_interruption;
        /// How long to try again before giving up.
        std::chrono::milliseconds patience = std::chrono::seconds(30);
    };

    ResumingStream(ApiClient& client, Options options) : client_(client), options_(std::move(options)) {}

    /// Returns when the server ends the stream or `on_message` returns false. Throws the server's error, or
    /// `unavailable` after `patience` without a connection.
    void run(const std::function<bool(const json::object&)>& on_message);

    /// The id of the last message that was given to `on_message`, or `from`.
    const std::string& last_id() const { return options_.from; }

private:
    void pause(std::chrono::milliseconds duration) const;

    ApiClient& client_;
    Options options_;
};

}
