#include "http_support.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/ids.hpp"
#include "http/server_address.hpp"

namespace murmur::http {

namespace {

constexpr int connect_patience_ms = 30'000;

void limit_waiting(int fd) {
    const timeval limit{std::chrono::duration_cast<std::chrono::seconds>(test_patience).count(), 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

}

TempFolder::TempFolder() : path(std::filesystem::temp_directory_path() / ("murmur-http-" + random_hex(6))) {
    std::filesystem::create_directories(path);
}

TempFolder::~TempFolder() { std::filesystem::remove_all(path); }

TestClient::TestClient(const std::filesystem::path& unix_socket) {
    ServerAddress address;
    address.unix_path = unix_socket;
    fd_ = connect_to(address, connect_patience_ms);
    limit_waiting(fd_.get());
}

TestClient::TestClient(const std::string& host_port)
    : fd_(connect_to(parse_host_port(host_port), connect_patience_ms)) {
    limit_waiting(fd_.get());
}

bool TestClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void TestClient::finish_sending() { ::shutdown(fd_.get(), SHUT_WR); }

bool TestClient::fill() {
    char block[16384];
    const ssize_t got = ::recv(fd_.get(), block, sizeof block, 0);
    if (got <= 0) return false;
    buffer_.append(block, static_cast<std::size_t>(got));
    return true;
}

std::string TestClient::read_some() {
    if (buffer_.empty()) fill();
    return std::exchange(buffer_, {});
}

bool TestClient::ends() {
    if (!buffer_.empty()) return false;
    char byte;
    const ssize_t got = ::recv(fd_.get(), &byte, 1, 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
}

std::string TestClient::take_line() {
    for (;;) {
        const auto end = buffer_.find("\r\n");
        if (end != std::string::npos) {
            std::string line = buffer_.substr(0, end);
            buffer_.erase(0, end + 2);
            return line;
        }
        if (!fill()) {
            ADD_FAILURE() << "the answer stops in the middle of a line: " << buffer_;
            return {};
        }
    }
}

std::string TestClient::take(std::size_t size) {
    while (buffer_.size() < size)
        if (!fill()) {
            ADD_FAILURE() << "the answer stops after " << buffer_.size() << " of " << size << " bytes";
            return {};
        }
    std::string bytes = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return bytes;
}

TestAnswer TestClient::read_head() {
    TestAnswer answer;
    const std::string status = take_line();
    if (!status.starts_with("HTTP/1.1 ")) {
        ADD_FAILURE() << "no status line: " << status;
        return answer;
    }
    answer.status = std::stoi(status.substr(9));
    for (std::string line = take_line(); !line.empty(); line = take_line()) {
        const auto colon = line.find(": ");
        std::string name = line.substr(0, colon);
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
        answer.headers[name] = line.substr(colon + 2);
    }
    return answer;
}

TestAnswer TestClient::read_answer(bool has_body) {
    TestAnswer answer = read_head();
    if (answer.status == 0 || !has_body) return answer;
    if (answer.headers.contains("content-length")) {
        answer.body = take(std::stoul(answer.headers["content-length"]));
    } else if (answer.headers.contains("transfer-encoding")) {
        for (;;) {
            const std::size_t size = std::stoul("0" + take_line(), nullptr, 16);
            answer.body += take(size);
            take_line();
            if (size == 0) break;
        }
    } else {
        while (fill()) {
        }
        answer.body = std::exchange(buffer_, {});
    }
    return answer;
}

TestAnswer TestClient::request(const std::string& method, const std::string& path, const std::string& body,
                               const std::string& headers) {
    EXPECT_TRUE(send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                     "\r\n" + headers + "\r\n" + body));
    return read_answer(method != "HEAD");
}

}
