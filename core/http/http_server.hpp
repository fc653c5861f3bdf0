#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <murmur/log.hpp>
#include <string>

#include "http/http_types.hpp"

namespace murmur::http {

/// Limits against clients that are slow, greedy or broken.
struct ServerLimits {
    std::size_t body_bytes_max = 16 << 20;
    std::size_t header_bytes_max = 32 << 10;
    std::size_t websocket_message_bytes_max = 8 << 20;
    std::size_t connections_max = 20'000;
    std::chrono::seconds header_timeout{30};           ///< for a request to arrive whole
    std::chrono::seconds idle_timeout{300};            ///< between requests of a kept connection
    std::chrono::milliseconds websocket_ping{20'000};  ///< silence after which a peer is asked; after three it is gone
    std::size_t handler_threads = 8;                   ///< blocking handlers at once
};

/// The HTTP/1.1 server: unix and TCP listeners, plain answers, streams and WebSockets, on one network thread.
///
/// Set the handlers and listen before start(). Plain and stream handlers run on the server's handler threads and may
/// block; whatever they throw becomes a Connect error answer.
class HttpServer {
public:
    using Handler = std::function<Response(const Request&)>;
    /// Answers with a stream: write to it, now or later, and close it. The stream may be kept as long as wanted.
    using StreamHandler = std::function<void(const Request&, std::shared_ptr<ResponseStream>)>;
    /// Decides about an upgrade on the network thread (must not block): returns the events of the new socket, or throws
    /// an Error that becomes the answer. `socket` may be kept.
    using WebSocketHandler = std::function<WebSocketEvents(const Request&, std::shared_ptr<WebSocket> socket)>;

    /// With a log, every request is logged at debug level and failures of handlers at error level.
    explicit HttpServer(ServerLimits limits, std::shared_ptr<Logger> log = nullptr);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// A path is matched exactly, but one that ends in "/*" takes any last part. A stream path answers with
    /// `content_type` and chunks.
    void add_handler(std::string method, std::string path, Handler handler);
    void add_stream(std::string path, std::string content_type, StreamHandler handler);
    void add_websocket(std::string path, WebSocketHandler handler);

    /// Binds a unix socket, mode 0600, replacing a stale one. Throws `already_exists` if a server answers there, and
    /// `invalid_argument` when the path is longer than the system allows (107 bytes), naming MURMUR_RUNTIME_DIR as the
    /// remedy.
    void listen_unix(const std::filesystem::path& path);
    /// Binds "host:port"; port 0 picks one. Returns the bound "host:port".
    std::string listen_tcp(const std::string& address);

    void start();
    /// Stops accepting, lets running answers end until `grace` has passed, closes WebSockets and streams, joins the
    /// threads, and removes the unix socket. A handler that runs longer than that loses its connection but is waited
    /// for; so never call it from a handler or an event. The destructor does the same without grace.
    void stop(std::chrono::milliseconds grace);

    /// Open connections now.
    std::size_t connections() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}
