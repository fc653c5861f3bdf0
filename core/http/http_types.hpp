#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace murmur::http {

/// Who is at the other end of a connection.
struct Peer {
    std::optional<uid_t> uid;  ///< of a unix socket: proven by the kernel
    pid_t pid = 0;             ///< of a unix socket
    std::string address;       ///< "unix" or "127.0.0.1:51234"
};

struct Request {
    std::string method;
    std::string path;  ///< decoded, without the query
    std::map<std::string, std::string> query;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
    Peer peer;
    std::string id;  ///< for logs: from X-Request-Id if well-formed, else made here
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::map<std::string, std::string> headers = {};
};

/// An answer that goes on: chunks, sent in order as the client takes them. Every method is safe from any thread.
class ResponseStream {
public:
    virtual ~ResponseStream() = default;
    /// Queues bytes. Ignored after close or when the client has gone.
    virtual void write(std::string bytes) = 0;
    /// Bytes queued and not yet taken by the client: stop producing above a limit, go on when `on_drained` is called.
    virtual std::size_t queued_bytes() const = 0;
    /// Ends the answer after what is queued.
    virtual void close() = 0;
    virtual bool closed() const = 0;
    /// Called on the network thread each time everything queued has been taken. Set once, before the first write.
    virtual void on_drained(std::function<void()> callback) = 0;
    /// Called once on the network thread when the client has gone or the stream was closed.
    virtual void on_closed(std::function<void()> callback) = 0;
};

/// One WebSocket, either end. Every method is safe from any thread.
class WebSocket {
public:
    virtual ~WebSocket() = default;
    /// Queues one text message. Ignored after close.
    virtual void send(std::string message) = 0;
    virtual std::size_t queued_bytes() const = 0;
    /// Sends a close frame after what is queued.
    virtual void close(std::string_view reason) = 0;
};

/// What happens on a WebSocket. Called on the network thread, one at a time; must not block.
struct WebSocketEvents {
    std::function<void(std::string message)> on_message;
    std::function<void(std::string reason)> on_closed;  ///< once, whoever closed it
};

}
