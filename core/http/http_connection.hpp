#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <murmur/error.hpp>
#include <optional>
#include <string>

#include "http/chunk_stream.hpp"
#include "http/connection.hpp"
#include "http/message.hpp"
#include "http/server_core.hpp"

namespace murmur::http {

/// One HTTP/1.1 connection: reads a request, has it answered, and begins again. Requests sent ahead wait in the buffer
/// until their turn, so answers come in order. Lives on the network thread, in the server's table.
class HttpConnection final : public Connection, public std::enable_shared_from_this<HttpConnection> {
public:
    /// With `refused`, the first request is answered with `unavailable`.
    HttpConnection(ServerCore& core, Socket socket, Peer peer, bool refused);

    void start();
    void check(SteadyClock::time_point now) override;
    void shut_down() override;
    void abort() override;

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    enum class State {
        idle,       // between requests
        reading,    // a request has begun
        handling,   // a handler thread has it
        writing,    // the answer is on its way
        streaming,  // a streaming answer is open
        lingering,  // the last answer is out; waits for the client to go, so that it reads the answer first
        closed,
    };

    // Reading.
    void begin_request(SteadyClock::duration timeout);
    void wait_for_bytes();
    void read_more();
    void on_read(ErrorCode error, std::size_t size);
    void parse();
    void on_header();
    void write_continue();
    void refuse(ErrorCode error);

    // Answering.
    void dispatch();
    void dispatch(std::shared_ptr<Request> request, Parser::value_type& message);
    void run_handler(const HttpServer::Handler& handler, std::shared_ptr<Request> request);
    void run_stream(const Router::StreamRoute& route, std::shared_ptr<Request> request);
    void upgrade(const HttpServer::WebSocketHandler& handler, const Request& request, Parser::value_type& message);
    void answer(Response response);
    void answer_last(Response response);
    void on_answered(ErrorCode error);
    void log_answer(int status);
    void linger();
    void drain();
    void close();

    // Streaming answers.
    void watch_client();
    void start_head();
    void fail_stream(const Error& error);
    void flush_stream();
    void on_stream_written(ErrorCode error, std::size_t payload);
    void end_stream();

    ServerCore& core_;
    Socket socket_;
    Peer peer_;
    const bool refused_;
    State state_ = State::idle;
    bool keep_alive_ = true;
    bool without_body_ = false;  // HEAD
    bool is_http_1_0_ = false;   // knows no chunks
    SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    std::string head_;   // being written
    Response response_;  // being written
    std::string request_id_;
    std::string request_line_;  // for the log, when there is one
    std::size_t drained_bytes_ = 0;

    struct Streaming {
        std::shared_ptr<ChunkStream> stream;
        std::string content_type;
        std::string writing;  // what the kernel is being given
        BodyEnd end = BodyEnd::chunked;
        bool head_sent = false;
        bool head_due = false;
        bool is_writing = false;
        bool last_written = false;
    };
    std::unique_ptr<Streaming> streaming_;
};

}
