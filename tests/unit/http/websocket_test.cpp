#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <murmur/error.hpp>

#include "base/locked.hpp"
#include "http/connect_codec.hpp"
#include "http/http_server.hpp"
#include "http/websocket_client.hpp"
#include "http_support.hpp"

namespace murmur::http {
namespace {

constexpr std::chrono::seconds connect_patience{30};

const std::string upgrade_request =
    "GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

/// A client's frame, masked with zeros.
std::string frame(int opcode, const std::string& payload) {
    std::string bytes;
    bytes += static_cast<char>(0x80 | opcode);
    bytes += static_cast<char>(0x80 | payload.size());
    return bytes + std::string(4, '\0') + payload;
}

class WebSockets : public testing::Test {
protected:
    void serve(ServerLimits limits = {}) {
        server_ = std::make_unique<HttpServer>(limits);
        server_->add_websocket("/echo", [this](const Request&, const std::shared_ptr<WebSocket>& socket) {
            ++opened_;
            sockets_.lock()->push_back(socket);
            WebSocketEvents events;
            events.on_message = [this, socket](std::string message) {
                if (message == "bye") return socket->close("you said bye");
                if (message == "throw") throw Error(Errc::internal, "asked to fail");
                socket->send(std::move(message));
            };
            events.on_closed = [this](std::string reason) { server_closed_.set(std::move(reason)); };
            return events;
        });
        server_->add_websocket("/greeting", [](const Request& request, const std::shared_ptr<WebSocket>& socket) {
            socket->send("hello " + request.headers.at("x-name"));
            socket->close("that was all");
            return WebSocketEvents{};
        });
        server_->add_websocket("/refused", [](const Request&, const std::shared_ptr<WebSocket>&) -> WebSocketEvents {
            throw Error(Errc::unauthenticated, "the token is not known").with_hint("Ask for another.");
        });
        server_->listen_unix(folder_.path / "s");
        address_ = server_->listen_tcp("127.0.0.1:0");
        server_->start();
    }
    ~WebSockets() override {
        if (server_) server_->stop(std::chrono::seconds(0));
    }

    std::string unix_server() const { return "unix:" + (folder_.path / "s").string(); }
    std::unique_ptr<WebSocket> connect(const std::string& path, WebSocketEvents events) {
        return connect_websocket(unix_server(), path, {{"X-Name", "runner"}}, std::move(events), connect_patience);
    }

    const TempFolder folder_;
    std::string address_;
    std::atomic<int> opened_ = 0;
    Locked<std::vector<std::shared_ptr<WebSocket>>> sockets_;
    Awaited<std::string> server_closed_;
    std::unique_ptr<HttpServer> server_;
};

TEST_F(WebSockets, EchoOverBothKindsOfSocket) {
    serve();
    for (const std::string& server : {unix_server(), "http://" + address_}) {
        Awaited<std::string> heard;
        const auto socket = connect_websocket(
            server, "/echo", {}, {[&](std::string message) { heard.set(std::move(message)); }, {}}, connect_patience);
        socket->send("one \u00e9");
        EXPECT_TRUE(heard.wait([](const std::string& text) { return text == "one \u00e9"; }));
    }
    EXPECT_TRUE(server_closed_.wait_set(2));
    EXPECT_EQ(server_closed_.get(), "closed");
}

TEST_F(WebSockets, MessagesKeepTheirOrderAndSize) {
    serve();
    Awaited<std::size_t> bytes;
    std::vector<std::size_t> sizes;  // network thread, read after the end
    Awaited<std::string> closed;
    const auto socket = connect("/echo", {[&](const std::string& message) {
                                              sizes.push_back(message.size());
                                              bytes.add(message.size());
                                          },
                                          [&](std::string reason) { closed.set(std::move(reason)); }});
    std::size_t total = 0;
    for (std::size_t i = 0; i < 300; ++i) {
        const std::size_t size = i * i * 7 % 100'003;
        total += size;
        socket->send(std::string(size, 'x'));
    }
    EXPECT_TRUE(bytes.wait([&](std::size_t got) { return got == total; }));
    socket->close("done");
    ASSERT_TRUE(closed.wait_set());
    EXPECT_EQ(closed.get(), "done");
    EXPECT_EQ(socket->queued_bytes(), 0u);
    ASSERT_EQ(sizes.size(), 300u);
    for (std::size_t i = 0; i < 300; ++i) ASSERT_EQ(sizes[i], i * i * 7 % 100'003);
}

TEST_F(WebSockets, MessagesSentBeforeTheHandshakeArriveBeforeTheClose) {
    serve();
    Awaited<std::string> heard;
    Awaited<std::string> closed;
    const auto socket = connect("/greeting", {[&](std::string message) { heard.set(std::move(message)); },
                                              [&](std::string reason) { closed.set(std::move(reason)); }});
    ASSERT_TRUE(closed.wait_set());
    EXPECT_EQ(heard.get(), "hello runner");
    EXPECT_EQ(closed.get(), "that was all");
    socket->send("too late");
    EXPECT_EQ(socket->queued_bytes(), 0u);
    EXPECT_EQ(closed.count(), 1);
}

TEST_F(WebSockets, RefusalIsTheServersError) {
    serve();
    try {
        connect("/refused", {});
        FAIL() << "not refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::unauthenticated);
        EXPECT_EQ(error.message(), "the token is not known");
        EXPECT_EQ(error.hint(), "Ask for another.");
    }
    try {
        connect("/ecko", {});
        FAIL() << "there is no such path";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::not_found);
        EXPECT_NE(error.hint().find("/echo"), std::string::npos);
    }
}

TEST_F(WebSockets, NobodyThereIsUnavailable) {
    for (const std::string& server : {"unix:" + (folder_.path / "none").string(), std::string("http://127.0.0.1:1")}) {
        try {
            connect_websocket(server, "/echo", {}, {}, connect_patience);
            FAIL() << "nobody listens at " << server;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::unavailable);
        }
    }
    EXPECT_THROW(connect_websocket("ftp://x", "/", {}, {}, connect_patience), Error);
}

TEST_F(WebSockets, SilentServerEndsTheHandshakeInTime) {
    const Fd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    HttpServer server{ServerLimits()};  // listens, and is never started
    const std::string address = server.listen_tcp("127.0.0.1:0");
    try {
        connect_websocket("http://" + address, "/echo", {}, {}, std::chrono::milliseconds(50));
        FAIL() << "nobody answered";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::unavailable);
    }
}

TEST_F(WebSockets, PlainRequestsToAWebSocketPathAreToldSo) {
    serve();
    TestClient client(folder_.path / "s");
    const TestAnswer answer = client.request("GET", "/echo");
    EXPECT_EQ(answer.status, 426);
    EXPECT_EQ(answer.headers.at("upgrade"), "websocket");
    EXPECT_EQ(client.request("POST", "/echo").status, 405);
}

TEST_F(WebSockets, ServerCloses) {
    serve();
    Awaited<std::string> closed;
    const auto socket = connect("/echo", {{}, [&](std::string reason) { closed.set(std::move(reason)); }});
    socket->send("bye");
    ASSERT_TRUE(closed.wait_set());
    EXPECT_EQ(closed.get(), "you said bye");
    ASSERT_TRUE(server_closed_.wait_set());
    EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
    sockets_.lock()->front()->send("kept and useless");
}

TEST_F(WebSockets, ThrowingEventsCloseTheSocketWithTheReason) {
    serve();
    Awaited<std::string> closed;
    const auto socket = connect("/echo", {{}, [&](std::string reason) { closed.set(std::move(reason)); }});
    socket->send("throw");
    ASSERT_TRUE(closed.wait_set());
    EXPECT_EQ(closed.get(), "asked to fail");
}

TEST_F(WebSockets, OversizedAndBinaryMessagesEndTheSocket) {
    ServerLimits limits;
    limits.websocket_message_bytes_max = 1000;
    serve(limits);
    Awaited<std::string> closed;
    const auto socket = connect("/echo", {{}, [&](std::string reason) { closed.set(std::move(reason)); }});
    socket->send(std::string(1001, 'x'));
    EXPECT_TRUE(closed.wait_set());
    EXPECT_TRUE(server_closed_.wait_set());

    TestClient binary(folder_.path / "s");
    ASSERT_TRUE(binary.send(upgrade_request));
    EXPECT_EQ(binary.read_answer(false).status, 101);
    ASSERT_TRUE(binary.send(frame(2, "\xff\xfe")));
    EXPECT_EQ(binary.read_some().substr(0, 1), "\x88");  // a close frame
    binary.close();
    EXPECT_TRUE(server_closed_.wait_set(2));
}

TEST_F(WebSockets, PeerThatVanishesIsNoticed) {
    serve();
    {
        TestClient rude(folder_.path / "s");
        ASSERT_TRUE(rude.send(upgrade_request));
        EXPECT_EQ(rude.read_answer(false).status, 101);
    }
    ASSERT_TRUE(server_closed_.wait_set());
    EXPECT_EQ(server_closed_.get(), "the peer has gone");
}

TEST_F(WebSockets, PeerThatAnswersNoPingIsGone) {
    ServerLimits limits;
    limits.websocket_ping = std::chrono::milliseconds(200);
    serve(limits);
    TestClient deaf(folder_.path / "s");
    ASSERT_TRUE(deaf.send(upgrade_request));
    EXPECT_EQ(deaf.read_answer(false).status, 101);
    EXPECT_EQ(deaf.read_some().substr(0, 1), "\x89");  // a ping, which is not answered
    ASSERT_TRUE(server_closed_.wait_set());
    EXPECT_EQ(server_closed_.get(), "the peer has stopped answering");
}

TEST_F(WebSockets, QuietPeerThatAnswersPingsStays) {
    ServerLimits limits;
    limits.websocket_ping = std::chrono::milliseconds(500);
    serve(limits);
    Awaited<std::string> heard;
    const auto socket = connect("/echo", {[&](std::string message) { heard.set(std::move(message)); }, {}});
    TestClient second(folder_.path / "s");
    ASSERT_TRUE(second.send(upgrade_request));
    EXPECT_EQ(second.read_answer(false).status, 101);
    for (int pings = 0; pings < 8; ++pings) {  // more than twice what a deaf peer gets
        ASSERT_EQ(second.read_some().substr(0, 1), "\x89");
        ASSERT_TRUE(second.send(frame(10, "")));
    }
    socket->send("still here");
    EXPECT_TRUE(heard.wait_set());
    EXPECT_EQ(server_closed_.count(), 0);
}

TEST_F(WebSockets, RubbishFramesEndTheSocketOnly) {
    serve();
    for (const std::string& rubbish :
         {std::string("\xff\xff\xff\xff\xff\xff", 6), std::string("\x81\x05hello"), frame(1, "\xc3\x28"),
          frame(3, "reserved"), std::string("\x01\x80\0\0\0\0\x01\x80\0\0\0\0", 12)}) {
        TestClient client(folder_.path / "s");
        ASSERT_TRUE(client.send(upgrade_request));
        EXPECT_EQ(client.read_answer(false).status, 101);
        ASSERT_TRUE(client.send(rubbish));
        client.finish_sending();
        while (!client.read_some().empty()) {
        }
    }
    EXPECT_TRUE(server_closed_.wait_set(5));
    EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(WebSockets, FiveHundredAtOnce) {
    serve();
    constexpr int count = 500;
    std::vector<std::unique_ptr<TestClient>> clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<TestClient>(folder_.path / "s"));
        ASSERT_TRUE(clients.back()->send(upgrade_request));
    }
    for (auto& client : clients) ASSERT_EQ(client->read_answer(false).status, 101);
    EXPECT_EQ(server_->connections(), static_cast<std::size_t>(count));
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < count; ++i)
            ASSERT_TRUE(clients[static_cast<std::size_t>(i)]->send(frame(1, "n" + std::to_string(i))));
        for (int i = 0; i < count; ++i) {
            const std::string want = "n" + std::to_string(i);
            std::string got;
            while (got.size() < want.size() + 2) {
                const std::string more = clients[static_cast<std::size_t>(i)]->read_some();
                ASSERT_FALSE(more.empty());
                got += more;
            }
            ASSERT_EQ(got.substr(2), want);
        }
    }
    clients.clear();
    EXPECT_TRUE(server_closed_.wait_set(count));
    EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
    EXPECT_EQ(server_closed_.count(), count);
}

TEST_F(WebSockets, ReconnectStorm) {
    serve();
    {
        std::vector<std::jthread> storm;
        for (int t = 0; t < 8; ++t)
            storm.emplace_back([&, t] {
                for (int i = 0; i < 25; ++i) {
                    Awaited<std::string> heard;
                    const auto socket =
                        connect("/echo", {[&](std::string message) { heard.set(std::move(message)); }, {}});
                    socket->send("x");
                    if ((i + t) % 2 == 0) continue;
                    EXPECT_TRUE(heard.wait_set());
                }
            });
    }
    EXPECT_EQ(opened_, 200);
    EXPECT_TRUE(server_closed_.wait_set(200));
    EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(WebSockets, StopTellsClientsAndClosesOnce) {
    serve();
    Awaited<std::string> closed;
    Awaited<std::string> heard;
    const auto socket = connect("/echo", {[&](std::string message) { heard.set(std::move(message)); },
                                          [&](std::string reason) { closed.set(std::move(reason)); }});
    socket->send("x");
    ASSERT_TRUE(heard.wait_set());
    server_->stop(test_patience);
    ASSERT_TRUE(closed.wait_set());
    EXPECT_EQ(closed.get(), "the server is stopping");
    EXPECT_EQ(server_closed_.count(), 1);
    server_.reset();
    sockets_.lock()->front()->send("the server is no more");
    EXPECT_EQ(closed.count(), 1);
}

TEST_F(WebSockets, SendersOnManyThreadsDuringStop) {
    serve();
    Awaited<std::string> heard;
    const auto socket = connect("/echo", {[&](std::string message) { heard.set(std::move(message)); }, {}});
    socket->send("x");
    ASSERT_TRUE(heard.wait_set());
    const auto server_end = sockets_.lock()->front();
    std::atomic<bool> stop = false;
    std::vector<std::jthread> senders;
    for (int t = 0; t < 4; ++t)
        senders.emplace_back([&, server_end] {
            while (!stop) {
                if (server_end->queued_bytes() < 100'000) server_end->send("from the server");
                if (socket->queued_bytes() < 100'000) socket->send("from the client");
            }
        });
    ASSERT_TRUE(heard.wait_set(1000));
    server_->stop(std::chrono::milliseconds(20));
    server_.reset();
    stop = true;
    senders.clear();
}

TEST_F(WebSockets, DestroyingTheClientWithAStuckServerEnds) {
    Awaited<bool> entered;
    Awaited<bool> release;
    HttpServer server{ServerLimits()};
    server.add_websocket("/stuck", [&](const Request&, const std::shared_ptr<WebSocket>&) {
        WebSocketEvents events;
        events.on_message = [&](const std::string&) {
            entered.set(true);
            release.wait_set();  // the network thread answers nobody meanwhile
        };
        return events;
    });
    server.listen_unix(folder_.path / "stuck");
    server.start();
    Awaited<std::string> closed;
    auto socket = connect_websocket("unix:" + (folder_.path / "stuck").string(), "/stuck", {},
                                    {{}, [&](std::string reason) { closed.set(std::move(reason)); }}, connect_patience);
    socket->send("x");
    ASSERT_TRUE(entered.wait_set());
    socket.reset();
    EXPECT_EQ(closed.count(), 1);
    release.set(true);
    server.stop(std::chrono::seconds(0));
}

}
}
