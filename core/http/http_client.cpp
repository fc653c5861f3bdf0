#include "http/http_client.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <murmur/error.hpp>

namespace murmur::http {

namespace {

constexpr int connect_timeout_ms = 10'000;
constexpr std::size_t head_bytes_max = 32 << 10;
constexpr std::size_t body_bytes_max = 16 << 20;  // more than any plain answer of the server has
constexpr std::size_t read_bytes = 64 << 10;

Error bad_answer(const std::string& what) { return Error(Errc::data_loss, "the server's answer " + what); }

std::size_t length_of(const Response& response) {
    const auto found = response.headers.find("content-length");
    std::size_t length = 0;
    if (found == response.headers.end()) throw bad_answer("does not tell its length");
    const std::string& text = found->second;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (problem != std::errc() || end != text.data() + text.size() || length > body_bytes_max)
        throw bad_answer("has the length \"" + text + "\"");
    return length;
}

/// The status line and the headers.
Response parse_head(std::string_view head) {
    Response response;
    const std::size_t line = head.find("\r\n");
    if (!head.starts_with("HTTP/1.1 ") || line < 12) throw bad_answer("is not HTTP/1.1");
    if (std::from_chars(head.data() + 9, head.data() + 12, response.status).ptr != head.data() + 12)
        throw bad_answer("has no status");
    for (std::size_t begin = line + 2; begin < head.size();) {
        const std::size_t end = std::min(head.find("\r\n", begin), head.size());
        const std::string_view field = head.substr(begin, end - begin);
        begin = end + 2;
        const std::size_t colon = field.find(':');
        if (colon == std::string_view::npos) throw bad_answer("has a header without a colon");
        std::string name(field.substr(0, colon));
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
        const std::size_t value = std::min(field.find_first_not_of(" \t", colon + 1), field.size());
        response.headers[name] = std::string(field.substr(value));
    }
    if (const auto type = response.headers.find("content-type"); type != response.headers.end())
        response.content_type = type->second;
    return response;
}

}

HttpClient::HttpClient(const std::string& server, std::map<std::string, std::string> headers,
                       std::chrono::milliseconds patience)
    : address_(parse_server(server)), headers_(std::move(headers)), patience_(patience) {}

void HttpClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(connection_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw Error(Errc::unavailable, "the connection to murmurd broke while sending");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string HttpClient::receive_more(std::size_t bytes_max) {
    std::string bytes(bytes_max, '\0');
    for (;;) {
        const ssize_t count = ::recv(connection_.get(), bytes.data(), bytes.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) throw Error(Errc::unavailable, "murmurd did not answer in time");
        if (count <= 0) throw Error(Errc::unavailable, "the connection to murmurd broke before the answer was there");
        answered_ = true;
        bytes.resize(static_cast<std::size_t>(count));
        return bytes;
    }
}

Response HttpClient::exchange_once(const std::string& method, const std::string& target, std::string_view body) {
    if (!connection_) {
        connection_ = connect_to(address_, connect_timeout_ms);
        const timeval limit{patience_.count() / 1000, patience_.count() % 1000 * 1000};
        ::setsockopt(connection_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(connection_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    }
    std::string head = method + " " + target + " HTTP/1.1\r\nHost: " + address_.host_header() + "\r\n";
    for (const auto& [name, value] : headers_) head += name + ": " + value + "\r\n";
    head += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    send(head);
    send(body);
    std::string input;
    std::size_t end = 0;
    while ((end = input.find("\r\n\r\n")) == std::string::npos) {
        if (input.size() > head_bytes_max) throw bad_answer("has a head without an end");
        input += receive_more(read_bytes);
    }
    Response response = parse_head(std::string_view(input).substr(0, end));
    input.erase(0, end + 4);
    const std::size_t length = method == "HEAD" ? 0 : length_of(response);
    if (input.size() > length) throw bad_answer("is longer than it says");
    input.reserve(length);
    while (input.size() < length) input += receive_more(std::min(read_bytes, length - input.size()));
    response.body = std::move(input);
    const auto connection = response.headers.find("connection");
    if (connection != response.headers.end() && connection->second == "close") close();
    return response;
}

Response HttpClient::exchange(const std::string& method, const std::string& target, std::string_view body) {
    const bool was_kept = static_cast<bool>(connection_);
    answered_ = false;
    try {
        return exchange_once(method, target, body);
    } catch (const Error& error) {
        close();
        if (!was_kept || answered_ || error.code() != Errc::unavailable) throw;
    }
    try {
        return exchange_once(method, target, body);
    } catch (...) {
        close();
        throw;
    }
}

}
