// The part of HttpConnection that writes streaming answers.
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <murmur/error.hpp>
#include <utility>

#include "http/connect_codec.hpp"
#include "http/http_connection.hpp"

namespace murmur::http {

namespace {

constexpr std::string_view connect_type = "application/connect+";

}

void HttpConnection::run_stream(const Router::StreamRoute& route, std::shared_ptr<Request> request) {
    state_ = State::streaming;
    deadline_ = SteadyClock::time_point::max();
    streaming_ = std::make_unique<Streaming>();
    streaming_->content_type = route.content_type;
    streaming_->end = is_http_1_0_ ? BodyEnd::close : BodyEnd::chunked;
    auto stream = streaming_->stream = std::make_shared<ChunkStream>(core_.loop());
    stream->queue().attach([loop = core_.loop(), weak = weak_from_this()] {
        asio::post(*loop, [weak] {
            if (const auto self = weak.lock()) self->flush_stream();
        });
    });
    watch_client();
    core_.run_job([&core = core_, weak = weak_from_this(), &route, request = std::move(request), stream] {
        std::optional<Error> failed;
        try {
            route.handler(*request, stream);
        } catch (...) {
            failed = current_error();
            if (http_status(failed->code()) >= 500)
                core.log(LogLevel::error, "stream failed",
                         {{"request", request->id}, {"path", request->path}, {"error", failed->message()}});
        }
        asio::post(*core.loop(), [weak, failed, stream] {
            const auto self = weak.lock();
            if (!self || !self->streaming_ || self->streaming_->stream != stream) return;
            if (failed) return self->fail_stream(*failed);
            self->start_head();
        });
    });
}

void HttpConnection::watch_client() {
    socket_.async_wait(Socket::wait_read, [self = shared_from_this(), watched = streaming_->stream](ErrorCode error) {
        if (error || self->state_ != State::streaming || self->streaming_->stream != watched) return;
        char byte;
        // A next request sent ahead is left alone, and the watch ends: a client that does that is not seen going until
        // a write fails.
        if (::recv(self->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) self->close();
    });
}

void HttpConnection::start_head() {
    streaming_->head_due = true;
    flush_stream();
}

void HttpConnection::fail_stream(const Error& error) {
    Streaming& streaming = *streaming_;
    if (!streaming.head_sent && !streaming.is_writing && !streaming.content_type.starts_with(connect_type)) {
        const auto ended = std::move(streaming_);
        ErrorCode ignored;
        socket_.cancel(ignored);
        ended->stream->ended();
        return answer(error_response(error));
    }
    keep_alive_ = false;
    if (streaming.content_type.starts_with(connect_type)) {
        // A Connect stream tells its errors in the last envelope.
        streaming.stream->write(encode_end_of_stream(&error));
        streaming.stream->close();
        streaming.head_due = true;
        return flush_stream();
    }
    close();  // without a last chunk, so that the client can tell that the answer is not whole
}

void HttpConnection::flush_stream() {
    if (state_ != State::streaming || streaming_->is_writing) return;
    Streaming& streaming = *streaming_;
    SendQueue::Taken taken = streaming.stream->queue().take();
    std::string payload;
    for (std::string& message : taken.messages) payload.empty() ? payload = std::move(message) : payload += message;
    if (payload.empty() && !taken.finished && (streaming.head_sent || !streaming.head_due)) return;

    streaming.writing.clear();
    if (!streaming.head_sent) {
        Response head;
        head.content_type = streaming.content_type;
        streaming.writing = format_head(head, streaming.end, keep_alive_, request_id_);
        streaming.head_sent = true;
        log_answer(200);
    }
    if (!payload.empty()) streaming.writing += format_chunk(payload, streaming.end);
    if (taken.finished) {
        if (streaming.end == BodyEnd::chunked) streaming.writing += "0\r\n\r\n";
        streaming.last_written = true;
    }
    streaming.is_writing = true;
    deadline_ = SteadyClock::now() + core_.limits().idle_timeout;
    asio::async_write(socket_, asio::buffer(streaming.writing),
                      [self = shared_from_this(), size = payload.size()](ErrorCode error, std::size_t) {
                          self->on_stream_written(error, size);
                      });
}

void HttpConnection::on_stream_written(ErrorCode error, std::size_t payload) {
    if (state_ != State::streaming) return;
    if (error) return close();
    Streaming& streaming = *streaming_;
    streaming.is_writing = false;
    deadline_ = SteadyClock::time_point::max();
    const auto stream = streaming.stream;
    stream->queue().sent(payload);
    if (streaming.last_written) return end_stream();
    if (payload > 0 && stream->queue().bytes() == 0) stream->drained();
    flush_stream();
}

void HttpConnection::end_stream() {
    const auto ended = std::move(streaming_);
    ErrorCode ignored;
    socket_.cancel(ignored);  // the watch
    state_ = State::writing;
    ended->stream->ended();
    if (keep_alive_ && !core_.stopping())
        begin_request(core_.limits().idle_timeout);
    else
        linger();
}

}
