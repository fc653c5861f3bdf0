#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <murmur/error.hpp>

#include "http/connect_codec.hpp"
#include "serving.hpp"

namespace murmur::http {
namespace {

TEST_F(Serving, AnswersOverBothKindsOfSocket) {
    serve();
    EXPECT_EQ(TestClient(socket_).request("POST", "/echo", "hello").body, "hello");
    EXPECT_EQ(TestClient(address_).request("POST", "/echo", "hello").body, "hello");
}

TEST_F(Serving, KeepsTheConnection) {
    serve();
    TestClient client(socket_);
    for (int i = 0; i < 100; ++i) {
        const TestAnswer answer = client.request("POST", "/echo", std::to_string(i));
        ASSERT_EQ(answer.status, 200);
        ASSERT_EQ(answer.body, std::to_string(i));
        ASSERT_FALSE(answer.headers.contains("connection"));
    }
    EXPECT_EQ(server_->connections(), 1u);
}

TEST_F(Serving, ClosesWhenAsked) {
    serve();
    TestClient client(socket_);
    EXPECT_EQ(client.request("POST", "/echo", "x", "Connection: close\r\n").headers["connection"], "close");
    EXPECT_TRUE(client.ends());
    TestClient old(socket_);
    ASSERT_TRUE(old.send("POST /echo HTTP/1.0\r\nContent-Length: 1\r\n\r\ny"));
    EXPECT_EQ(old.read_answer().body, "y");
    EXPECT_TRUE(old.ends());
    client.close();
    old.close();
    EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(Serving, AnswersPipelinedRequestsInOrder) {
    serve();
    TestClient client(socket_);
    std::string all;
    for (int i = 0; i < 50; ++i) {
        const std::string body(static_cast<std::size_t>(i * 37), static_cast<char>('a' + i % 26));
        all += "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    ASSERT_TRUE(client.send(all));
    for (int i = 0; i < 50; ++i)
        ASSERT_EQ(client.read_answer().body,
                  std::string(static_cast<std::size_t>(i * 37), static_cast<char>('a' + i % 26)));
}

TEST_F(Serving, TakesRequestsByteByByte) {
    serve();
    TestClient client(socket_);
    const std::string request =
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    for (const char c : request) ASSERT_TRUE(client.send(std::string_view(&c, 1)));
    EXPECT_EQ(client.read_answer().body, "abcde");
}

TEST_F(Serving, TakesBigBodiesAndRefusesBiggerOnes) {
    ServerLimits limits;
    limits.body_bytes_max = 1 << 20;
    serve(limits);
    std::string body(1 << 20, 'x');
    for (std::size_t i = 0; i < body.size(); i += 97) body[i] = static_cast<char>(i);
    TestClient client(socket_);
    EXPECT_EQ(client.request("POST", "/echo", body).body, body);
    EXPECT_EQ(client.request("POST", "/echo", body).body, body);

    // The client sends all of it before it reads; the answer must survive that.
    const TestAnswer refused = TestClient(address_).request("POST", "/echo", body + "y");
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(refused.headers.at("connection"), "close");
    EXPECT_EQ(decode_error(refused.status, refused.body).code(), Errc::resource_exhausted);

    TestClient chunked(socket_);
    ASSERT_TRUE(chunked.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n"));
    chunked.send(std::string(0x200000, 'z'));
    EXPECT_EQ(chunked.read_answer().status, 413);
}

TEST_F(Serving, SaysContinueToThoseWhoWaitForIt) {
    serve();
    TestClient client(socket_);
    ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
    EXPECT_EQ(client.read_head().status, 100);
    ASSERT_TRUE(client.send("ok"));
    EXPECT_EQ(client.read_answer().body, "ok");
    ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: miracle\r\n\r\n"));
    EXPECT_EQ(client.read_answer().status, 417);
}

TEST_F(Serving, RefusesLargeHeaders) {
    ServerLimits limits;
    limits.header_bytes_max = 4096;
    serve(limits);
    TestClient client(socket_);
    ASSERT_TRUE(client.send("GET /about HTTP/1.1\r\nHost: x\r\nX-Long: "));
    client.send(std::string(64 << 10, 'x'));
    EXPECT_EQ(client.read_answer().status, 431);
}

TEST_F(Serving, EndsClientsThatAreSlowOrIdle) {
    ServerLimits limits;
    // All of them have to be connected before the first one's time is over.
    limits.header_timeout = std::chrono::seconds(5);
    limits.idle_timeout = std::chrono::seconds(5);
    serve(limits);
    TestClient slow(socket_);
    ASSERT_TRUE(slow.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Le"));
    TestClient half(socket_);
    ASSERT_TRUE(half.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf"));
    TestClient silent(socket_);
    TestClient idle(socket_);
    EXPECT_EQ(idle.request("POST", "/echo", "x").status, 200);
    EXPECT_EQ(slow.read_answer().status, 408);
    EXPECT_TRUE(slow.ends());
    EXPECT_EQ(half.read_answer().status, 408);
    EXPECT_TRUE(silent.ends());
    EXPECT_TRUE(idle.ends());
}

TEST_F(Serving, TellsHandlersWhoAsks) {
    serve();
    const json::value local = parse_json(TestClient(socket_).request("GET", "/about").body);
    EXPECT_EQ(local.at("uid").to_number<uid_t>(), ::getuid());
    EXPECT_EQ(local.at("pid").to_number<pid_t>(), ::getpid());
    EXPECT_EQ(local.at("address").as_string(), "unix");
    const json::value remote = parse_json(TestClient(address_).request("GET", "/about").body);
    EXPECT_FALSE(remote.as_object().contains("uid"));
    EXPECT_TRUE(remote.at("address").as_string().starts_with("127.0.0.1:"));
}

TEST_F(Serving, DecodesTargetsAndHeaders) {
    serve();
    TestClient client(socket_);
    const json::value about =
        parse_json(client.request("GET", "/ab%6Fut?a=1%202&b=x+y&c&a=3&%3D=%26", "", "X-Two: a\r\nx-two: b\r\n").body);
    EXPECT_EQ(about.at("query a").as_string(), "3");
    EXPECT_EQ(about.at("query b").as_string(), "x y");
    EXPECT_EQ(about.at("query c").as_string(), "");
    EXPECT_EQ(about.at("query =").as_string(), "&");
    EXPECT_EQ(about.at("header x-two").as_string(), "a, b");
    EXPECT_EQ(client.request("GET", "http://elsewhere/about").status, 200);
    EXPECT_EQ(client.request("GET", "/about%0").status, 400);
    EXPECT_EQ(client.request("GET", "/about%zz").status, 400);
    EXPECT_EQ(client.request("GET", "/about%00").status, 400);
    EXPECT_EQ(client.request("GET", "*").status, 400);
}

TEST_F(Serving, HonoursWellFormedRequestIds) {
    serve();
    TestClient client(socket_);
    const TestAnswer kept = client.request("GET", "/about", "", "X-Request-Id: run-7.a_b\r\n");
    EXPECT_EQ(kept.headers.at("x-request-id"), "run-7.a_b");
    EXPECT_EQ(parse_json(kept.body).at("id").as_string(), "run-7.a_b");
    const TestAnswer made = client.request("GET", "/about", "", "X-Request-Id: \"bad id\"\r\n");
    EXPECT_EQ(made.headers.at("x-request-id").size(), 16u);
    EXPECT_NE(client.request("GET", "/about").headers.at("x-request-id"), made.headers.at("x-request-id"));
}

TEST_F(Serving, TurnsExceptionsIntoConnectErrors) {
    serve();
    TestClient client(socket_);
    const TestAnswer failed = client.request("POST", "/fail");
    EXPECT_EQ(failed.status, 400);
    EXPECT_EQ(failed.headers.at("content-type"), "application/json");
    const Error error = decode_error(failed.status, failed.body);
    EXPECT_EQ(error.code(), Errc::failed_precondition);
    EXPECT_EQ(error.hint(), "Wait.");
    EXPECT_EQ(client.request("POST", "/foreign").status, 500);
    EXPECT_EQ(client.request("POST", "/echo", "still there").body, "still there");
}

TEST_F(Serving, UnknownPathsNameTheNearest) {
    serve();
    TestClient client(socket_);
    const TestAnswer unknown = client.request("POST", "/ecko");
    EXPECT_EQ(unknown.status, 404);
    const Error error = decode_error(unknown.status, unknown.body);
    EXPECT_EQ(error.code(), Errc::not_found);
    EXPECT_NE(error.hint().find("/echo"), std::string::npos);
    const TestAnswer method = client.request("DELETE", "/echo");
    EXPECT_EQ(method.status, 405);
    EXPECT_EQ(method.headers.at("allow"), "POST");
    EXPECT_EQ(client.request("GET", "/" + std::string(8000, 'x')).status, 404);
}

TEST_F(Serving, AnswersHeadWithoutABody) {
    serve();
    TestClient client(socket_);
    const TestAnswer head = client.request("HEAD", "/about");
    EXPECT_EQ(head.status, 200);
    EXPECT_GT(std::stoi(head.headers.at("content-length")), 10);
    EXPECT_EQ(client.request("POST", "/echo", "next").body, "next");
}

TEST_F(Serving, HandlersCannotSplitTheAnswer) {
    serve();
    const TestAnswer answer = TestClient(socket_).request("GET", "/injection");
    EXPECT_EQ(answer.status, 500);
    EXPECT_FALSE(answer.headers.contains("x-evil"));
}

TEST_F(Serving, RefusesRubbish) {
    serve();
    for (const std::string& rubbish :
         {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string("\r\n\r\n\r\nhello\r\n\r\n"),
          std::string("GET /about HTTP/9.9\r\n\r\n"), std::string("GET /about\r\n\r\n"),
          std::string("POST /echo HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
          std::string("POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
          std::string("POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
          std::string("GET /about HTTP/1.1\r\nbad header\r\n\r\n")}) {
        TestClient client(socket_);
        ASSERT_TRUE(client.send(rubbish));
        EXPECT_EQ(client.read_answer().status, 400) << rubbish;
        EXPECT_TRUE(client.ends());
    }
    EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(Serving, SurplusConnectionsHearWhy) {
    ServerLimits limits;
    limits.connections_max = 2;
    serve(limits);
    TestClient first(socket_);
    TestClient second(socket_);
    EXPECT_EQ(first.request("POST", "/echo", "1").status, 200);
    EXPECT_EQ(second.request("POST", "/echo", "2").status, 200);
    TestClient third(socket_);
    const TestAnswer refused = third.request("POST", "/echo", "3");
    EXPECT_EQ(refused.status, 503);
    EXPECT_TRUE(third.ends());
    third.close();
    first.close();
    EXPECT_TRUE(eventually([&] { return server_->connections() < 2; }));
    EXPECT_EQ(TestClient(socket_).request("POST", "/echo", "4").status, 200);
}

TEST_F(Serving, ReconnectStormsLeaveNothingBehind) {
    serve();
    std::atomic<int> asked = 0;
    std::atomic<int> answered = 0;
    {
        std::vector<std::jthread> storm;
        for (int t = 0; t < 8; ++t)
            storm.emplace_back([&, t] {
                for (int i = 0; i < 100; ++i) {
                    TestClient client(socket_);
                    if ((i + t) % 3 == 0) continue;  // gone without a word
                    if ((i + t) % 3 == 1) {
                        client.send("POST /echo HTTP/1.1\r\nContent-Le");
                        continue;
                    }
                    ++asked;
                    if (client.request("POST", "/echo", "x").body == "x") ++answered;
                }
            });
    }
    EXPECT_EQ(answered, asked);
    EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(Serving, StopLetsRunningAnswersEnd) {
    Awaited<bool> entered;
    Awaited<bool> release;
    serve();
    server_.reset();
    server_ = std::make_unique<HttpServer>(ServerLimits());
    server_->add_handler("GET", "/slow", [&](const Request&) {
        entered.set(true);
        release.wait_set();
        return Response{200, "text/plain", "done"};
    });
    server_->listen_unix(socket_);
    server_->start();
    TestClient busy(socket_);
    TestClient idle(socket_);
    ASSERT_TRUE(busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_TRUE(entered.wait_set());
    std::jthread stopping([&] { server_->stop(test_patience); });
    EXPECT_TRUE(idle.ends());  // so the stop has begun
    release.set(true);
    const TestAnswer answer = busy.read_answer();
    EXPECT_EQ(answer.body, "done");
    EXPECT_EQ(answer.headers.at("connection"), "close");
    busy.close();
    stopping.join();
    EXPECT_THROW(TestClient{socket_}, Error);
}

TEST_F(Serving, StopWhileBusyCutsAfterTheGrace) {
    serve();
    std::atomic<bool> stop = false;
    std::vector<std::jthread> clients;
    for (int t = 0; t < 6; ++t)
        clients.emplace_back([&] {
            while (!stop) {
                try {
                    TestClient client(socket_);
                    for (int i = 0; i < 20 && client.send("POST /echo HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"); ++i)
                        if (client.read_some().empty()) break;
                } catch (const Error&) {
                    return;  // nobody listens any more
                }
            }
        });
    eventually([&] { return server_->connections() > 2; });
    server_->stop(std::chrono::milliseconds(50));
    stop = true;
    clients.clear();
    EXPECT_EQ(server_->connections(), 0u);
}

}
}
