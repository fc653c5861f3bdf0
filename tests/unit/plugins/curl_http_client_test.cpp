#include "plugins/curl_http_client.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <murmur/error.hpp>
#include <string>
#include <thread>

namespace murmur {

namespace {

/// A server for one connection on a free port of this computer: reads a request, answers with fixed bytes.
class OneAnswer {
public:
    explicit OneAnswer(std::string answer) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 1) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw system_error(errno, "cannot listen");
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this, answer = std::move(answer)] { serve(answer); });
    }
    ~OneAnswer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }

    std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
    /// What was asked; complete once the client has its answer.
    const std::string& request() const { return request_; }

private:
    void serve(const std::string& answer) {
        const int connection = ::accept(listener_, nullptr, nullptr);
        if (connection < 0) return;
        char bytes[4096];
        while (request_.find("\r\n\r\n") == std::string::npos ||
               (request_.starts_with("POST") && !request_.ends_with("!"))) {
            const ssize_t count = ::read(connection, bytes, sizeof bytes);
            if (count <= 0) break;
            request_.append(bytes, static_cast<std::size_t>(count));
        }
        if (answer.empty()) {
            while (::read(connection, bytes, sizeof bytes) > 0) continue;  // says nothing until the client leaves
        } else {
            [[maybe_unused]] const ssize_t count = ::write(connection, answer.data(), answer.size());
        }
        ::close(connection);
    }

    int listener_;
    int port_ = 0;
    std::string request_;
    std::thread thread_;
};

Call within(std::chrono::milliseconds limit, std::stop_token stop = {}) {
    return Call{std::move(stop), Call::Clock::now() + limit, ""};
}

Errc code_of(const HttpRequest& request, const Call& call) {
    try {
        CurlHttpClient().send(request, call);
    } catch (const Error& error) {
        EXPECT_EQ(error.message().find("secret"), std::string::npos) << "queries may hold secrets";
        return error.code();
    }
    return Errc::internal;
}

TEST(CurlHttpClient, SendsWhatItIsGivenAndReadsTheAnswer) {
    const OneAnswer server(
        "HTTP/1.1 404 Not Found\r\nX-Limit: 7\r\nX-List: a\r\nX-List: b\r\nContent-Length: 4\r\n\r\nnope");
    HttpRequest request{
        "POST", server.url("/things?page=2"), {{"X-Token", "t"}, {"Content-Type", "text/plain"}}, "hello!"};
    const HttpResponse response = CurlHttpClient().send(request, within(std::chrono::seconds(30)));
    EXPECT_EQ(response.status, 404) << "an error status is an answer";
    EXPECT_EQ(response.body, "nope");
    EXPECT_EQ(response.headers.at("x-limit"), "7");
    EXPECT_EQ(response.headers.at("x-list"), "a, b");
    EXPECT_EQ(server.request().substr(0, server.request().find("\r\n")), "POST /things?page=2 HTTP/1.1");
    EXPECT_NE(server.request().find("X-Token: t\r\n"), std::string::npos);
    EXPECT_TRUE(server.request().ends_with("\r\n\r\nhello!"));
}

TEST(CurlHttpClient, DoesNotFollowRedirects) {
    const OneAnswer server("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(CurlHttpClient().send({"GET", server.url("/"), {}, ""}, within(std::chrono::seconds(30))).status, 302);
}

TEST(CurlHttpClient, ObeysDeadlineAndStop) {
    {
        const OneAnswer silent("");
        EXPECT_EQ(code_of({"GET", silent.url("/?secret"), {}, ""}, within(std::chrono::milliseconds(200))),
                  Errc::deadline_exceeded);
    }
    const OneAnswer silent("");
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_EQ(code_of({"GET", silent.url("/"), {}, ""}, within(std::chrono::seconds(60), stop.get_token())),
              Errc::cancelled);
}

TEST(CurlHttpClient, FailuresHaveTheCodeThatFits) {
    const Call call = within(std::chrono::seconds(30));
    EXPECT_EQ(code_of({"GET", "http://127.0.0.1:1/?secret", {}, ""}, call), Errc::unavailable);
    EXPECT_EQ(code_of({"GET", "file:///etc/passwd", {}, ""}, call), Errc::invalid_argument);
    EXPECT_EQ(code_of({"GET", "http://127.0.0.1:1/", {{"X", "a\r\nY: b"}}, ""}, call), Errc::invalid_argument);
}

}

}
