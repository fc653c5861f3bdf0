#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "http/connection.hpp"
#include "http/http_types.hpp"
#include "http/network.hpp"
#include "http/send_queue.hpp"

namespace murmur::http {

struct WebSocketLimits {
    std::size_t message_bytes_max = 8 << 20;
    std::size_t queued_bytes_max = 64 << 20;  ///< unsent; a peer that lets more pile up is cut off
    std::chrono::milliseconds ping{20'000};   ///< silence after which the peer is asked; after three it is gone
    std::chrono::milliseconds handshake{30'000};
    std::chrono::milliseconds close{2'000};  ///< for the peer to answer a close frame
};

/// The users' end of a WebSocket: sends go through `queue`, also after the connection and the server are gone.
std::shared_ptr<WebSocket> make_queued_websocket(std::shared_ptr<SendQueue> queue);

/// One WebSocket on a network thread, the server's or the client's end. Owns the socket and calls the events.
class WebSocketSession final : public Connection, public std::enable_shared_from_this<WebSocketSession> {
public:
    using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;
    using HttpResponse = boost::beast::websocket::response_type;
    using OnEnded = std::function<void(Connection&)>;
    using OnHandshake = std::function<void(ErrorCode, const HttpResponse&)>;

    /// `on_ended` is called once, after on_closed.
    WebSocketSession(Socket socket, std::shared_ptr<SendQueue> queue, WebSocketEvents events, WebSocketLimits limits,
                     OnEnded on_ended);

    /// The server's end: answers the upgrade, then begins.
    void accept(const HttpRequest& request);
    /// The client's end: asks for the upgrade and tells the outcome; events come only after begin().
    void handshake(const std::string& host, const std::string& path, const std::map<std::string, std::string>& headers,
                   OnHandshake on_handshake);
    /// Reads and sends from now on.
    void begin();
    /// Ends without an event: nobody knows of the socket yet.
    void abandon();
    bool ended() const { return ended_; }
    /// The users are gone: sends what is queued and closes, or gives up when that takes longer than a close may.
    void close_by_deadline();

    void check(SteadyClock::time_point now) override;
    void shut_down() override;
    void abort() override;

private:
    using Stream = boost::beast::websocket::stream<Socket, false>;

    void read();
    void on_read(ErrorCode error);
    void flush();
    void write_next();
    void on_written(ErrorCode error);
    void start_close();
    void end(const std::string& reason);

    Stream stream_;
    std::shared_ptr<SendQueue> queue_;
    WebSocketEvents events_;
    const WebSocketLimits limits_;
    OnEnded on_ended_;
    boost::beast::flat_buffer buffer_;
    std::deque<std::string> sending_;  // taken from the queue, in order; what is being written must not move
    std::size_t next_ = 0;             // of sending_
    std::string close_reason_;
    boost::beast::websocket::close_code close_code_ = boost::beast::websocket::close_code::normal;
    SteadyClock::time_point last_heard_;
    SteadyClock::time_point last_ping_;
    SteadyClock::time_point deadline_;  // of the handshake, then of the closing
    bool open_ = false;
    bool writing_ = false;
    bool pinging_ = false;
    bool close_wanted_ = false;
    bool closing_ = false;
    bool leaving_ = false;  ///< the server ends
    bool ended_ = false;
};

}
