#pragma once

#include <base/locked.hpp>
#include <chrono>
#include <functional>
#include <http/http_types.hpp>
#include <memory>
#include <murmur/error.hpp>
#include <murmur/log.hpp>
#include <optional>
#include <string>
#include <thread>

#include "runner/frames.hpp"
#include "runner/inbox.hpp"
#include "runner/report_buffer.hpp"
#include "runner/reports.hpp"

namespace murmur::runner {

/// How long the channel waits for what.
struct ChannelLimits {
    std::chrono::milliseconds first_connection{60'000};  ///< without one after this, the runner gives up
    std::chrono::milliseconds handshake{10'000};         ///< from the open socket to the welcome
    std::chrono::milliseconds backoff_min{50};
    std::chrono::milliseconds backoff_max{2'000};
    std::chrono::milliseconds lease_default{30'000};  ///< when the welcome names none
    std::chrono::milliseconds refused{60'000};        ///< a server that knows us no longer for this long has ended us
    std::size_t buffer_bytes = 64 << 20;
};

/// The runner's one connection to murmurd: dials, says hello, sends reports until they are durable there, hands
/// commands to the inbox exactly once and in order, and renews the lease from a thread of its own.
///
/// Reconnects for ever once it has been welcomed. report() is safe from any thread.
class Channel final : public ReportSink {
public:
    /// Opens a WebSocket; blocks; throws. Its events may come from any thread.
    using Connector = std::function<std::unique_ptr<http::WebSocket>(http::WebSocketEvents events)>;

    Channel(Connector connector, Hello hello, Inbox& inbox, Logger& logger, ChannelLimits limits = {});
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    void start();
    /// Without the secret values of the assignment, as soon as there is one.
    void report(json::object body) override;

    /// Posts an AcknowledgedNotice once every report added so far is acknowledged, which may be at once.
    void notify_when_acknowledged();
    /// Why there was never a connection; set once, before the inbox is told that it is over.
    std::optional<Error> failure();

private:
    struct State {
        ReportBuffer buffer{0};
        std::shared_ptr<const Redactor> redactor = std::make_shared<const Redactor>();
        std::uint64_t connection = 0;  ///< counts; events of an earlier one are ignored
        bool open = false;
        bool welcomed = false;
        bool ever_welcomed = false;
        bool fenced = false;
        std::int64_t down_seen = 0;
        std::int64_t down_acked = 0;
        std::chrono::milliseconds lease{0};
        std::optional<Error> failure;
        bool stopping = false;
        bool notify_when_empty = false;
    };

    void run(std::stop_token stop);
    std::optional<Error> serve_once(const std::stop_token& stop);
    void send_until_closed(http::WebSocket& socket, const std::stop_token& stop);
    void on_message(std::uint64_t connection, const std::string& text);
    void on_closed(std::uint64_t connection);
    bool give_up(const Error& error, std::chrono::steady_clock::time_point since);

    Connector connector_;
    Hello hello_;
    Inbox& inbox_;
    Logger& logger_;
    ChannelLimits limits_;
    Locked<State> state_;
    std::jthread thread_;
};

}
