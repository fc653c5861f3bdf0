#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace murmur {

/// Reads one HTTP/1.1 response from bytes as they come: status, headers, and a body that is chunked, of known length,
/// or ended by the end of the connection. Throws data_loss on what is not HTTP, resource_exhausted on an oversized
/// head.
class ResponseParser {
public:
    void feed(std::string_view bytes);
    /// The peer closed the connection. Throws unavailable when the response is not complete.
    void finish();

    bool head_is_complete() const { return state_ != State::head; }
    bool is_complete() const { return state_ == State::done; }
    int status() const { return status_; }
    /// By lower-case name; empty when absent.
    std::string_view header(std::string_view name) const;
    /// The part of the body that has come since the last call.
    std::string take_body() { return std::exchange(body_, {}); }

private:
    enum class State { head, sized, chunk_size, chunk_data, chunk_end, trailer, until_close, done };

    void read_head();
    void read_body();
    bool read_line(std::string& line);

    State state_ = State::head;
    std::string input_;
    std::string body_;
    int status_ = 0;
    std::uint64_t rest_ = 0;  // bytes until the end of the body or chunk
    std::map<std::string, std::string, std::less<>> headers_;
};

}
