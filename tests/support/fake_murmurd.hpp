#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <murmur/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "base/locked.hpp"

namespace murmur::testing_support {

/// A server on a unix socket that answers each connection with the next of its replies, byte for byte, and keeps the
/// requests. It knows nothing of HTTP: the test says every byte, so it can break off wherever it likes.
class FakeMurmurd {
public:
    /// Bytes to send; the connection is closed after them, or kept open until the server ends.
    struct Reply {
        std::string bytes;
        bool stays_open = false;
    };

    explicit FakeMurmurd(std::vector<Reply> replies) : replies_(std::move(replies)) {
        std::string pattern = std::filesystem::temp_directory_path() / "fake-XXXXXX";
        dir_ = ::mkdtemp(pattern.data());
        listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        std::strcpy(name.sun_path, path().c_str());
        if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
            ::listen(listener_.get(), 16) != 0 || ::pipe(end_.data()) != 0)
            throw std::runtime_error("cannot listen");
        thread_ = std::thread([this] { serve(); });
    }
    ~FakeMurmurd() {
        ::close(end_[1]);
        thread_.join();
        ::close(end_[0]);
        std::filesystem::remove_all(dir_);
    }

    std::filesystem::path path() const { return dir_ / "murmurd.sock"; }
    std::string address() const { return "unix:" + path().string(); }
    std::filesystem::path dir() const { return dir_; }
    /// The requests so far, head and body.
    std::vector<std::string> requests() { return *requests_.lock(); }

private:
    void serve() {
        std::vector<Fd> open;
        for (std::size_t next = 0;;) {
            pollfd waiting[2] = {{listener_.get(), POLLIN, 0}, {end_[0], POLLIN, 0}};
            if (::poll(waiting, 2, -1) < 0 || waiting[1].revents) return;
            Fd connection(::accept(listener_.get(), nullptr, nullptr));
            std::string request = read_request(connection);
            if (request.empty()) continue;  // only asked whether somebody listens
            requests_.lock()->push_back(std::move(request));
            const Reply reply = next < replies_.size() ? replies_[next++] : Reply{"", false};
            ::send(connection.get(), reply.bytes.data(), reply.bytes.size(), MSG_NOSIGNAL);
            if (reply.stays_open) open.push_back(std::move(connection));
        }
    }

    static std::string read_request(const Fd& connection) {
        std::string request;
        char chunk[4096];
        for (;;) {
            const ssize_t count = ::recv(connection.get(), chunk, sizeof chunk, 0);
            if (count <= 0) return request;
            request.append(chunk, static_cast<std::size_t>(count));
            const std::size_t head = request.find("\r\n\r\n");
            const std::size_t field = request.find("Content-Length: ");
            if (head == std::string::npos || field == std::string::npos) continue;
            if (request.size() >= head + 4 + std::strtoul(request.c_str() + field + 16, nullptr, 10)) return request;
        }
    }

    std::filesystem::path dir_;
    std::vector<Reply> replies_;
    Locked<std::vector<std::string>> requests_;
    Fd listener_;
    std::array<int, 2> end_{};
    std::thread thread_;
};

inline std::string json_reply(const std::string& body, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string envelope(const std::string& message, char flags = 0) {
    std::string bytes{flags};
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(message.size() >> shift & 255);
    return bytes + message;
}

inline std::string chunk(const std::string& bytes) {
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return size + bytes + "\r\n";
}

/// The beginning of a stream with these messages, each in a chunk of its own.
inline std::string stream_reply(const std::vector<std::string>& messages) {
    std::string reply =
        "HTTP/1.1 200 OK\r\nContent-Type: application/connect+json\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string& message : messages) reply += chunk(envelope(message));
    return reply;
}

/// A stream's end in good order, or with an error object.
inline std::string stream_end(const std::string& message = "{}") { return chunk(envelope(message, 2)) + "0\r\n\r\n"; }

}
