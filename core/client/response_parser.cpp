#include "client/response_parser.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <murmur/error.hpp>

namespace murmur {

namespace {

// murmurd's heads have a few hundred bytes.
constexpr std::size_t head_bytes_max = 64 << 10;

Error not_http(const std::string& detail) {
    return Error(Errc::data_loss, "the server's answer is not HTTP: " + detail)
        .with_hint("Check that MURMUR_SERVER names a murmurd.");
}

std::uint64_t parse_number(std::string_view text, int base) {
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
        throw not_http("bad length \"" + std::string(text) + "\"");
    return number;
}

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
    return text;
}

}

std::string_view ResponseParser::header(std::string_view name) const {
    const auto found = headers_.find(name);
    return found == headers_.end() ? std::string_view() : std::string_view(found->second);
}

void ResponseParser::feed(std::string_view bytes) {
    input_.append(bytes);
    if (state_ == State::head) read_head();
    if (state_ != State::head) read_body();
}

void ResponseParser::read_head() {
    const std::size_t end = input_.find("\r\n\r\n");
    if (end == std::string::npos) {
        if (input_.size() > head_bytes_max)
            throw Error(Errc::resource_exhausted, "the server's answer has an oversized head");
        return;
    }
    std::string_view head(input_.data(), end + 2);
    if (!head.starts_with("HTTP/1.") || head.size() < 12)
        throw not_http("it begins with \"" + input_.substr(0, 16) + "\"");
    status_ = static_cast<int>(parse_number(head.substr(9, 3), 10));
    for (head.remove_prefix(head.find("\r\n") + 2); !head.empty(); head.remove_prefix(head.find("\r\n") + 2)) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) throw not_http("bad header \"" + std::string(line) + "\"");
        std::string name(line.substr(0, colon));
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
        headers_[name] = trim_blanks(line.substr(colon + 1));
    }
    input_.erase(0, end + 4);
    const bool is_interim = status_ >= 100 && status_ < 200;
    if (is_interim) {
        headers_.clear();
        return read_head();
    }
    if (header("transfer-encoding") == "chunked") {
        state_ = State::chunk_size;
    } else if (const auto length = header("content-length"); !length.empty()) {
        rest_ = parse_number(length, 10);
        state_ = rest_ == 0 ? State::done : State::sized;
    } else {
        state_ = status_ == 204 || status_ == 304 ? State::done : State::until_close;
    }
}

bool ResponseParser::read_line(std::string& line) {
    const std::size_t end = input_.find("\r\n");
    if (end == std::string::npos) {
        if (input_.size() > head_bytes_max) throw not_http("a line has no end");
        return false;
    }
    line = input_.substr(0, end);
    input_.erase(0, end + 2);
    return true;
}

void ResponseParser::read_body() {
    std::string line;
    for (;;) {
        switch (state_) {
            case State::sized:
            case State::chunk_data: {
                const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(rest_, input_.size()));
                body_.append(input_, 0, count);
                input_.erase(0, count);
                rest_ -= count;
                if (rest_ > 0) return;
                state_ = state_ == State::sized ? State::done : State::chunk_end;
                break;
            }
            case State::chunk_size:
                if (!read_line(line)) return;
                rest_ = parse_number(trim_blanks(std::string_view(line).substr(0, line.find(';'))), 16);
                state_ = rest_ == 0 ? State::trailer : State::chunk_data;
                break;
            case State::chunk_end:
                if (!read_line(line)) return;
                if (!line.empty()) throw not_http("a chunk is longer than it says");
                state_ = State::chunk_size;
                break;
            case State::trailer:
                if (!read_line(line)) return;
                if (line.empty()) state_ = State::done;
                break;
            case State::until_close:
                body_.append(input_);
                input_.clear();
                return;
            case State::head:
            case State::done: return;
        }
    }
}

void ResponseParser::finish() {
    if (state_ == State::until_close) state_ = State::done;
    if (state_ != State::done)
        throw Error(Errc::unavailable, "the server closed the connection in the middle of its answer");
}

}
