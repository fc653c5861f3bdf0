#include "http/websocket_session.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <murmur/error.hpp>
#include <utility>

#include "base/utf8.hpp"

namespace murmur::http {

namespace websocket = boost::beast::websocket;

namespace {

constexpr int silent_pings_max = 3;
// For a peer to answer the close frame of a server that ends: the runner of a machine that sleeps never does, and each
// peer comes back by itself.
constexpr std::chrono::milliseconds leaving_close_max{100};
constexpr std::size_t kept_buffer_bytes_max = 4096;  // of a large message, nothing stays behind
constexpr std::size_t close_reason_bytes_max = 123;  // RFC 6455, 5.5: a control frame has 125 bytes, two for the code

class QueuedWebSocket final : public WebSocket {
public:
    explicit QueuedWebSocket(std::shared_ptr<SendQueue> queue) : queue_(std::move(queue)) {}
    void send(std::string message) override { queue_->push(std::move(message)); }
    std::size_t queued_bytes() const override { return queue_->bytes(); }
    void close(std::string_view reason) override { queue_->finish(reason); }

private:
    const std::shared_ptr<SendQueue> queue_;
};

std::string fitting_reason(const std::string& reason) {
    std::string fitting = to_valid_utf8(reason);
    if (fitting.size() <= close_reason_bytes_max) return fitting;
    std::size_t end = close_reason_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(fitting[end]) & 0xC0) == 0x80) --end;
    fitting.resize(end);
    return fitting;
}

}

std::shared_ptr<WebSocket> make_queued_websocket(std::shared_ptr<SendQueue> queue) {
    return std::make_shared<QueuedWebSocket>(std::move(queue));
}

WebSocketSession::WebSocketSession(Socket socket, std::shared_ptr<SendQueue> queue, WebSocketEvents events,
                                   WebSocketLimits limits, OnEnded on_ended)
    : stream_(std::move(socket)),
      queue_(std::move(queue)),
      events_(std::move(events)),
      limits_(limits),
      on_ended_(std::move(on_ended)),
      last_heard_(SteadyClock::now()),
      last_ping_(last_heard_),
      deadline_(last_heard_ + limits.handshake) {
    stream_.read_message_max(limits_.message_bytes_max);
    stream_.auto_fragment(false);
    stream_.control_callback(
        [this](websocket::frame_type, boost::beast::string_view) { last_heard_ = SteadyClock::now(); });
}

void WebSocketSession::accept(const HttpRequest& request) {
    stream_.async_accept(request, [self = shared_from_this()](ErrorCode error) {
        if (self->ended_) return;
        if (error) return self->end("the handshake failed: " + error.message());
        self->begin();
    });
}

void WebSocketSession::handshake(const std::string& host, const std::string& path,
                                 const std::map<std::string, std::string>& headers, OnHandshake on_handshake) {
    stream_.set_option(websocket::stream_base::decorator([headers](websocket::request_type& request) {
        for (const auto& [name, value] : headers) request.set(name, value);
    }));
    auto response = std::make_shared<HttpResponse>();
    stream_.async_handshake(*response, host, path,
                            [self = shared_from_this(), response, on_handshake = std::move(on_handshake)](
                                ErrorCode error) { on_handshake(error, *response); });
}

void WebSocketSession::begin() {
    open_ = true;
    deadline_ = SteadyClock::time_point::max();
    last_heard_ = last_ping_ = SteadyClock::now();
    stream_.text(true);
    queue_->attach([executor = stream_.get_executor(), weak = weak_from_this()] {
        asio::post(executor, [weak] {
            if (const auto self = weak.lock()) self->flush();
        });
    });
    read();
}

void WebSocketSession::read() {
    stream_.async_read(buffer_, [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_read(error); });
}

void WebSocketSession::on_read(ErrorCode error) {
    if (ended_) return;
    if (error == websocket::error::closed) {
        const std::string reason(stream_.reason().reason.c_str());
        return end(closing_ ? close_reason_ : reason.empty() ? "closed by the peer" : reason);
    }
    if (error) {
        if (closing_ && error == asio::error::operation_aborted) return;  // the close in progress ends it
        const bool is_gone = error == asio::error::eof || error == asio::error::connection_reset;
        return end(is_gone ? "the peer has gone" : "the connection failed: " + error.message());
    }
    last_heard_ = SteadyClock::now();
    const bool is_text = stream_.got_text();
    std::string message = boost::beast::buffers_to_string(buffer_.data());
    buffer_.consume(buffer_.size());
    if (buffer_.capacity() > kept_buffer_bytes_max) buffer_ = boost::beast::flat_buffer();
    if (!is_text) {
        close_code_ = websocket::close_code::unknown_data;
        queue_->finish("only text messages are understood");
    } else if (events_.on_message && !closing_ && !close_wanted_) {
        try {
            events_.on_message(std::move(message));
        } catch (...) {
            close_code_ = websocket::close_code::internal_error;
            queue_->finish(current_error().message());
        }
    }
    if (!ended_) read();
}

void WebSocketSession::flush() {
    if (!open_ || ended_ || closing_) return;
    SendQueue::Taken taken = queue_->take();
    for (std::string& message : taken.messages) sending_.push_back(std::move(message));
    if (taken.finished) {
        close_wanted_ = true;
        close_reason_ = taken.reason;
    }
    if (!writing_) write_next();
}

void WebSocketSession::write_next() {
    if (next_ == sending_.size()) {
        sending_ = {};
        next_ = 0;
        if (close_wanted_) start_close();
        return;
    }
    writing_ = true;
    stream_.async_write(asio::buffer(sending_[next_]),
                        [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_written(error); });
}

void WebSocketSession::on_written(ErrorCode error) {
    writing_ = false;
    if (ended_) return;
    if (error) return end("sending failed: " + error.message());
    queue_->sent(sending_[next_].size());
    sending_[next_++] = {};
    write_next();
}

void WebSocketSession::start_close() {
    if (std::exchange(closing_, true)) return;
    deadline_ = std::min(deadline_, SteadyClock::now() + (leaving_ ? leaving_close_max : limits_.close));
    const std::string reason = fitting_reason(close_reason_);
    stream_.async_close(websocket::close_reason(close_code_, boost::beast::string_view(reason.data(), reason.size())),
                        [self = shared_from_this()](ErrorCode) { self->end(self->close_reason_); });
}

void WebSocketSession::abandon() {
    events_ = {};
    end({});
}

void WebSocketSession::close_by_deadline() {
    deadline_ = std::min(deadline_, SteadyClock::now() + limits_.close);
    flush();
}

void WebSocketSession::check(SteadyClock::time_point now) {
    if (ended_) return;
    if (now >= deadline_) return end(open_ ? close_reason_ : "the handshake took too long");
    if (!open_) return;
    if (queue_->bytes() > limits_.queued_bytes_max) return end("the peer does not take its messages");
    if (now - last_heard_ >= limits_.ping * silent_pings_max) return end("the peer has stopped answering");
    if (closing_ || pinging_ || now - last_heard_ < limits_.ping || now - last_ping_ < limits_.ping) return;
    pinging_ = true;
    last_ping_ = now;
    stream_.async_ping({}, [self = shared_from_this()](ErrorCode) { self->pinging_ = false; });
}

void WebSocketSession::shut_down() {
    if (!open_) return end("the server is stopping");
    leaving_ = true;
    close_code_ = websocket::close_code::going_away;
    queue_->finish("the server is stopping");
}

void WebSocketSession::abort() { end(close_reason_.empty() ? "the connection was cut" : close_reason_); }

void WebSocketSession::end(const std::string& reason) {
    if (std::exchange(ended_, true)) return;
    const auto self = shared_from_this();  // the owner may hold the last reference
    queue_->detach();
    ErrorCode ignored;
    stream_.next_layer().close(ignored);
    if (events_.on_closed) {
        try {
            events_.on_closed(reason);
        } catch (...) {
            // There is nobody left to tell: the connection is over either way.
            ignored = {};
        }
    }
    // Events hold what their user captured, often the socket's own handle; letting go breaks the circle.
    asio::post(stream_.get_executor(), [events = std::exchange(events_, {})] {});
    if (on_ended_) on_ended_(*this);
}

}
