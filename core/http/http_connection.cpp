#include "http/http_connection.hpp"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <cctype>
#include <murmur/error.hpp>
#include <utility>

#include "http/connect_codec.hpp"
#include "http/websocket_session.hpp"

namespace murmur::http {

namespace beast_http = boost::beast::http;

namespace {

constexpr std::size_t read_bytes = 4096;  // for a header; most requests fit
constexpr std::size_t read_body_bytes = 64 << 10;
constexpr std::size_t idle_buffer_bytes_max = 4096;
// How long, and for how many bytes, a refused client may go on sending before it is cut off: when the connection is
// closed with bytes unread, the kernel resets it, and the client may lose the answer that tells it why.
constexpr std::chrono::seconds linger_time_max{2};
constexpr std::size_t linger_bytes_max = 32 << 20;

Response response_with_status(const Error& error, int status) {
    Response response = error_response(error);
    response.status = status;
    return response;
}

}

HttpConnection::HttpConnection(ServerCore& core, Socket socket, Peer peer, bool refused)
    : core_(core), socket_(std::move(socket)), peer_(std::move(peer)), refused_(refused) {}

void HttpConnection::start() { begin_request(core_.limits().header_timeout); }

void HttpConnection::begin_request(SteadyClock::duration timeout) {
    state_ = State::idle;
    deadline_ = SteadyClock::now() + timeout;
    without_body_ = false;
    request_id_.clear();
    response_ = Response();
    if (buffer_.size() > 0) {
        parse();
    } else {
        // What one large request needed is not kept for a client that may stay idle for minutes.
        if (buffer_.capacity() > idle_buffer_bytes_max) buffer_ = boost::beast::flat_buffer();
        wait_for_bytes();
    }
}

void HttpConnection::wait_for_bytes() {
    socket_.async_wait(Socket::wait_read, [self = shared_from_this()](ErrorCode error) {
        if (self->state_ != State::idle) return;
        if (error) return self->close();
        self->read_more();
    });
}

void HttpConnection::read_more() {
    const std::size_t size = parser_ && parser_->is_header_done() ? read_body_bytes : read_bytes;
    socket_.async_read_some(buffer_.prepare(size), [self = shared_from_this()](ErrorCode error, std::size_t read) {
        self->on_read(error, read);
    });
}

void HttpConnection::on_read(ErrorCode error, std::size_t size) {
    buffer_.commit(size);
    if (state_ != State::idle && state_ != State::reading) return;  // answered meanwhile: too late
    if (error) return close();
    parse();
}

void HttpConnection::parse() {
    if (state_ == State::idle) {
        state_ = State::reading;
        deadline_ = SteadyClock::now() + core_.limits().header_timeout;
        parser_.emplace();
        parser_->header_limit(static_cast<std::uint32_t>(core_.limits().header_bytes_max));
        parser_->body_limit(core_.limits().body_bytes_max);
    }
    while (!parser_->is_done()) {
        if (buffer_.size() == 0) return read_more();
        const bool had_header = parser_->is_header_done();
        parser_->eager(had_header);
        ErrorCode error;
        buffer_.consume(parser_->put(buffer_.data(), error));
        if (error == beast_http::error::need_more) return read_more();
        if (error) return refuse(error);
        if (!had_header && parser_->is_header_done()) on_header();
        if (state_ != State::reading) return;
    }
    dispatch();
}

void HttpConnection::on_header() {
    const auto expect = parser_->get().find(beast_http::field::expect);
    if (expect == parser_->get().end() || parser_->is_done()) return;
    if (boost::beast::iequals(expect->value(), "100-continue")) return write_continue();
    answer_last(response_with_status(Error(Errc::unimplemented, "the server cannot do what \"Expect\" asks for"), 417));
}

void HttpConnection::write_continue() {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    // Nothing else is being written while a request is read, and 25 bytes fit unless the client leaves its answers
    // unread.
    ErrorCode error;
    socket_.non_blocking(true, error);
    const std::size_t written = error ? 0 : socket_.write_some(asio::buffer(go_on.data(), go_on.size()), error);
    if (written < go_on.size()) close();
}

void HttpConnection::refuse(ErrorCode error) {
    const ServerLimits& limits = core_.limits();
    if (error == beast_http::error::body_limit)
        return answer_last(response_with_status(
            Error(Errc::resource_exhausted,
                  "the request body is larger than " + std::to_string(limits.body_bytes_max) + " bytes"),
            413));
    if (error == beast_http::error::header_limit || error == beast_http::error::buffer_overflow)
        return answer_last(response_with_status(
            Error(Errc::resource_exhausted,
                  "the request header is larger than " + std::to_string(limits.header_bytes_max) + " bytes"),
            431));
    answer_last(error_response(Error(Errc::invalid_argument, "the request is not HTTP/1.1: " + error.message())));
}

void HttpConnection::dispatch() {
    auto message = parser_->release();
    parser_.reset();
    is_http_1_0_ = message.version() < 11;
    keep_alive_ = message.keep_alive() && !is_http_1_0_ && !core_.stopping() && !refused_;
    without_body_ = message.method() == beast_http::verb::head;
    auto request = std::make_shared<Request>();
    try {
        request->peer = peer_;
        request->method = std::string(message.method_string());
        for (const auto& field : message) {
            std::string name(field.name_string());
            for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            std::string& value = request->headers[std::move(name)];
            if (!value.empty()) value += ", ";
            value += field.value();
        }
        choose_request_id(*request);
        request_id_ = request->id;
        parse_target(message.target(), *request);
        request_line_ = request->method + ' ' + request->path;
        if (refused_ || core_.stopping())
            throw Error(Errc::unavailable, refused_ ? "the server has too many connections" : "the server is stopping")
                .with_hint("Try again in a moment.");
        dispatch(std::move(request), message);
    } catch (...) {
        answer(error_response(current_error()));
    }
}

void HttpConnection::dispatch(std::shared_ptr<Request> request, Parser::value_type& message) {
    const auto match = core_.router().find(request->method, request->path);
    if (const auto* response = std::get_if<Response>(&match)) return answer(*response);
    if (const auto* websocket = std::get_if<const HttpServer::WebSocketHandler*>(&match))
        return upgrade(**websocket, *request, message);
    request->body = std::move(message.body());
    if (const auto* handler = std::get_if<const HttpServer::Handler*>(&match))
        return run_handler(**handler, std::move(request));
    run_stream(*std::get<const Router::StreamRoute*>(match), std::move(request));
}

void HttpConnection::run_handler(const HttpServer::Handler& handler, std::shared_ptr<Request> request) {
    state_ = State::handling;
    deadline_ = SteadyClock::time_point::max();
    // Only the network thread may own a connection: a job that outlives it must not be the one to destroy it.
    core_.run_job([&core = core_, weak = weak_from_this(), &handler, request = std::move(request)] {
        Response response;
        try {
            response = handler(*request);
        } catch (...) {
            const Error error = current_error();
            if (http_status(error.code()) >= 500)
                core.log(LogLevel::error, "request failed",
                         {{"request", request->id}, {"path", request->path}, {"error", error.message()}});
            response = error_response(error);
        }
        asio::post(*core.loop(), [weak, response = std::move(response)]() mutable {
            if (const auto self = weak.lock(); self && self->state_ == State::handling)
                self->answer(std::move(response));
        });
    });
}

void HttpConnection::upgrade(const HttpServer::WebSocketHandler& handler, const Request& request,
                             Parser::value_type& message) {
    if (!boost::beast::websocket::is_upgrade(message)) {
        Response response = response_with_status(
            Error(Errc::failed_precondition, "the path \"" + request.path + "\" is for WebSockets"), 426);
        response.headers["Upgrade"] = "websocket";
        return answer(std::move(response));
    }
    if (buffer_.size() > 0)
        return answer_last(
            error_response(Error(Errc::invalid_argument, "bytes were sent before the upgrade was answered")));
    auto queue = std::make_shared<SendQueue>();
    // A handler that throws has refused; the connection stays as it is.
    WebSocketEvents events = handler(request, make_queued_websocket(queue));
    log_answer(101);
    WebSocketLimits limits;
    limits.message_bytes_max = core_.limits().websocket_message_bytes_max;
    limits.ping = core_.limits().websocket_ping;
    limits.handshake = core_.limits().header_timeout;
    auto session = std::make_shared<WebSocketSession>(std::move(socket_), std::move(queue), std::move(events), limits,
                                                      [&core = core_](Connection& ended) { core.remove(ended); });
    state_ = State::closed;
    core_.add(session);
    core_.remove(*this);
    session->accept(message);
}

void HttpConnection::answer_last(Response response) {
    keep_alive_ = false;
    answer(std::move(response));
}

void HttpConnection::answer(Response response) {
    state_ = State::writing;
    deadline_ = SteadyClock::now() + core_.limits().idle_timeout;
    if (core_.stopping()) keep_alive_ = false;
    response_ = std::move(response);
    try {
        head_ = format_head(response_, BodyEnd::length, keep_alive_, request_id_);
    } catch (...) {
        response_ = error_response(current_error());
        head_ = format_head(response_, BodyEnd::length, keep_alive_, request_id_);
    }
    log_answer(response_.status);
    if (without_body_) response_.body.clear();
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head_), asio::buffer(response_.body)};
    asio::async_write(socket_, parts,
                      [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_answered(error); });
}

void HttpConnection::log_answer(int status) {
    core_.log(LogLevel::debug, "request answered",
              {{"request", request_id_},
               {"line", request_line_},
               {"status", std::to_string(status)},
               {"peer", peer_.address}});
}

void HttpConnection::on_answered(ErrorCode error) {
    if (state_ != State::writing) return;
    if (error) return close();
    if (keep_alive_ && !core_.stopping())
        begin_request(core_.limits().idle_timeout);
    else
        linger();
}

void HttpConnection::linger() {
    state_ = State::lingering;
    deadline_ = SteadyClock::now() + linger_time_max;
    buffer_ = boost::beast::flat_buffer();
    ErrorCode error;
    socket_.cancel(error);
    socket_.shutdown(Socket::shutdown_send, error);
    if (error) return close();
    drain();
}

void HttpConnection::drain() {
    socket_.async_read_some(buffer_.prepare(read_bytes),
                            [self = shared_from_this()](ErrorCode error, std::size_t size) {
                                if (self->state_ != State::lingering) return;
                                self->drained_bytes_ += size;
                                if (error || self->drained_bytes_ > linger_bytes_max) return self->close();
                                self->drain();
                            });
}

void HttpConnection::check(SteadyClock::time_point now) {
    if (now < deadline_) return;
    if (state_ != State::reading) return close();
    ErrorCode ignored;
    socket_.cancel(ignored);  // the read that waits for the rest
    answer_last(response_with_status(Error(Errc::deadline_exceeded, "the request did not arrive in time"), 408));
}

void HttpConnection::shut_down() {
    switch (state_) {
        case State::idle:
        case State::reading:
        case State::lingering: return close();
        case State::streaming: return fail_stream(Error(Errc::unavailable, "the server is stopping"));
        case State::handling:
        case State::writing: keep_alive_ = false; return;
        case State::closed: return;
    }
}

void HttpConnection::abort() { close(); }

void HttpConnection::close() {
    if (state_ == State::closed) return;
    const auto self = shared_from_this();  // the table holds the last reference
    state_ = State::closed;
    ErrorCode ignored;
    socket_.close(ignored);
    if (streaming_) streaming_->stream->ended();
    core_.remove(*this);
}

}
