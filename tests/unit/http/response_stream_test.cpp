#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <murmur/error.hpp>

#include "base/locked.hpp"
#include "http/connect_codec.hpp"
#include "http/http_server.hpp"
#include "http_support.hpp"

namespace murmur::http {
namespace {

const std::string connect_json = "application/connect+json";

class Streams : public testing::Test {
protected:
    void serve(HttpServer::StreamHandler handler, const std::string& content_type = connect_json) {
        server_.add_stream("/stream", content_type, std::move(handler));
        server_.add_handler("GET", "/plain", [](const Request&) { return Response{200, "text/plain", "plain"}; });
        server_.listen_unix(folder_.path / "s");
        server_.start();
    }
    ~Streams() override { server_.stop(std::chrono::seconds(0)); }

    static std::string request(const std::string& version = "1.1") {
        return "POST /stream HTTP/" + version + "\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    }

    const TempFolder folder_;
    HttpServer server_{ServerLimits()};
};

TEST_F(Streams, ChunksArriveAndTheConnectionGoesOn) {
    serve([](const Request&, const std::shared_ptr<ResponseStream>& stream) {
        for (int i = 0; i < 100; ++i) stream->write(encode_envelope(json::object{{"i", i}}));
        stream->write(encode_end_of_stream(nullptr));
        stream->close();
        EXPECT_TRUE(stream->closed());
        stream->write("ignored");
    });
    TestClient client(folder_.path / "s");
    for (int round = 0; round < 3; ++round) {
        const TestAnswer answer = client.request("POST", "/stream");
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.headers.at("content-type"), connect_json);
        EnvelopeReader reader;
        const auto envelopes = reader.feed(answer.body);
        ASSERT_EQ(envelopes.size(), 101u);
        EXPECT_EQ(envelopes[42].message, R"({"i":42})");
        EXPECT_TRUE(reader.ended());
    }
    EXPECT_EQ(client.request("GET", "/plain").body, "plain");
}

TEST_F(Streams, WritesFromAnotherThreadLongAfterTheHandler) {
    Awaited<std::shared_ptr<ResponseStream>> kept;
    serve([&](const Request&, std::shared_ptr<ResponseStream> stream) { kept.set(std::move(stream)); });
    TestClient client(folder_.path / "s");
    ASSERT_TRUE(client.send(request()));
    EXPECT_EQ(client.read_head().status, 200);  // before anything is written
    ASSERT_TRUE(kept.wait_set());
    kept.get()->write("later");
    EXPECT_EQ(client.read_some(), "5\r\nlater\r\n");
    kept.get()->close();
    EXPECT_EQ(client.read_some(), "0\r\n\r\n");
}

TEST_F(Streams, RequestsSentAheadWaitForTheEnd) {
    Awaited<std::shared_ptr<ResponseStream>> kept;
    serve([&](const Request&, std::shared_ptr<ResponseStream> stream) { kept.set(std::move(stream)); });
    TestClient client(folder_.path / "s");
    ASSERT_TRUE(client.send(request() + "GET /plain HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_TRUE(kept.wait_set());
    ASSERT_TRUE(client.send("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n"));
    kept.get()->write("first");
    kept.get()->close();
    EXPECT_EQ(client.read_answer().body, "first");
    EXPECT_EQ(client.read_answer().body, "plain");
    EXPECT_EQ(client.read_answer().body, "plain");
}

TEST_F(Streams, OldClientsGetTheBytesAsTheyAre) {
    serve([](const Request&, const std::shared_ptr<ResponseStream>& stream) {
        stream->write("all");
        stream->close();
    });
    TestClient client(folder_.path / "s");
    ASSERT_TRUE(client.send(request("1.0")));
    EXPECT_EQ(client.read_answer().body, "all");
    EXPECT_TRUE(client.ends());
}

TEST_F(Streams, AreLetGoOfWhenTheServerStops) {
    Awaited<std::weak_ptr<ResponseStream>> served;
    serve([&](const Request&, const std::shared_ptr<ResponseStream>& stream) { served.set(stream); });
    TestClient client(folder_.path / "s");
    ASSERT_TRUE(client.send(request()));
    ASSERT_TRUE(served.wait_set());
    const std::weak_ptr<ResponseStream> stream = served.get();
    server_.stop(std::chrono::seconds(0));
    EXPECT_TRUE(stream.expired());
}

TEST_F(Streams, ErrorsBecomeTheLastEnvelope) {
    serve([](const Request&, const std::shared_ptr<ResponseStream>& stream) {
        stream->write(encode_envelope(json::object{}));
        throw Error(Errc::not_found, "no such agent");
    });
    TestClient client(folder_.path / "s");
    const TestAnswer answer = client.request("POST", "/stream");
    EXPECT_EQ(answer.status, 200);
    const auto envelopes = EnvelopeReader().feed(answer.body);
    ASSERT_EQ(envelopes.size(), 2u);
    const json::value end = parse_json(envelopes[1].message);
    EXPECT_EQ(end.at("error").at("code").as_string(), "not_found");
}

TEST_F(Streams, ErrorsOfOtherStreamsAreAnswersOrCuts) {
    std::atomic<bool> write_first = false;
    serve(
        [&](const Request&, const std::shared_ptr<ResponseStream>& stream) {
            if (write_first) {
                stream->write("begun");
                EXPECT_TRUE(eventually([&] { return stream->queued_bytes() == 0; }));
            }
            throw Error(Errc::not_found, "no such log");
        },
        "text/plain");
    TestClient client(folder_.path / "s");
    EXPECT_EQ(client.request("POST", "/stream").status, 404);
    write_first = true;
    ASSERT_TRUE(client.send(request()));
    EXPECT_EQ(client.read_head().status, 200);
    EXPECT_EQ(client.read_some(), "5\r\nbegun\r\n");
    EXPECT_TRUE(client.ends());  // without a last chunk
}

TEST_F(Streams, ClientThatLeavesIsNoticedOnce) {
    Awaited<int> closed;
    Awaited<std::shared_ptr<ResponseStream>> kept;
    serve([&](const Request&, const std::shared_ptr<ResponseStream>& stream) {
        stream->on_closed([&] { closed.add(1); });
        stream->write("x");
        kept.set(stream);
    });
    {
        TestClient client(folder_.path / "s");
        ASSERT_TRUE(client.send(request()));
        EXPECT_EQ(client.read_head().status, 200);
        ASSERT_TRUE(kept.wait_set());
    }
    ASSERT_TRUE(closed.wait_set());
    EXPECT_TRUE(kept.get()->closed());
    kept.get()->write("nobody hears");
    EXPECT_EQ(kept.get()->queued_bytes(), 0u);
    kept.get()->close();
    EXPECT_TRUE(eventually([&] { return server_.connections() == 0; }));
    EXPECT_EQ(closed.get(), 1);
}

TEST_F(Streams, LateListenersHearOfTheEndToo) {
    Awaited<int> closed;
    serve([&](const Request&, const std::shared_ptr<ResponseStream>& stream) {
        stream->write("x");
        EXPECT_TRUE(eventually([&] { return stream->closed(); }));
        stream->on_closed([&] { closed.add(1); });
    });
    {
        TestClient client(folder_.path / "s");
        ASSERT_TRUE(client.send(request()));
        EXPECT_EQ(client.read_head().status, 200);
    }
    EXPECT_TRUE(closed.wait_set());
}

TEST_F(Streams, SlowReadersHoldTheProducerBack) {
    constexpr std::size_t limit = 256 << 10;
    constexpr std::size_t total = 32 << 20;
    Awaited<std::shared_ptr<ResponseStream>> kept;
    std::atomic<std::size_t> produced = 0;
    std::atomic<std::size_t> most_queued = 0;
    serve([&](const Request&, const std::shared_ptr<ResponseStream>& stream) {
        const std::weak_ptr<ResponseStream> weak = stream;
        const auto produce = [&, weak] {
            const auto out = weak.lock();
            while (out && produced < total && out->queued_bytes() < limit) {
                out->write(std::string(16 << 10, static_cast<char>('a' + produced / 16384 % 26)));
                produced += 16 << 10;
                most_queued = std::max<std::size_t>(most_queued, out->queued_bytes());
            }
            if (out && produced >= total) out->close();
        };
        kept.set(stream);
        stream->on_drained(produce);
        stream->write("go");
    });
    TestClient client(folder_.path / "s");
    ASSERT_TRUE(client.send(request()));
    ASSERT_TRUE(kept.wait_set());
    EXPECT_TRUE(eventually([&] { return kept.get()->queued_bytes() >= limit; }));
    EXPECT_LT(produced, total / 2);  // the client has not read: most of it does not exist yet
    const TestAnswer answer = client.read_answer();
    EXPECT_EQ(answer.body.size(), total + 2);
    EXPECT_LE(most_queued, limit + (16u << 10));
    for (std::size_t i = 0; i < answer.body.size() - 2; i += 16384)
        ASSERT_EQ(answer.body[i + 2], static_cast<char>('a' + i / 16384 % 26));
}

TEST_F(Streams, StopTellsConnectClientsThatItWasTheServer) {
    Awaited<int> closed;
    serve([&](const Request&, const std::shared_ptr<ResponseStream>& stream) {
        stream->on_closed([&] { closed.add(1); });
        stream->write(encode_envelope(json::object{}));
    });
    TestClient client(folder_.path / "s");
    ASSERT_TRUE(client.send(request()));
    EXPECT_EQ(client.read_head().status, 200);
    const std::string first = client.read_some();
    EXPECT_FALSE(first.empty());
    std::jthread stopping([&] { server_.stop(test_patience); });
    std::string rest;
    for (std::string more; !(more = client.read_some()).empty();) rest += more;
    EXPECT_NE(rest.find(R"("code":"unavailable")"), std::string::npos);
    client.close();
    stopping.join();
    EXPECT_EQ(closed.get(), 1);
}

TEST_F(Streams, ManyStreamsWrittenFromManyThreadsWhileClientsComeAndGo) {
    Locked<std::vector<std::shared_ptr<ResponseStream>>> open;
    std::atomic<int> opened = 0;
    Awaited<int> closed;
    serve([&](const Request&, const std::shared_ptr<ResponseStream>& stream) {
        stream->on_closed([&] { closed.add(1); });
        ++opened;
        open.lock()->push_back(stream);
    });
    std::atomic<bool> stop = false;
    std::vector<std::jthread> writers;
    for (int t = 0; t < 2; ++t)
        writers.emplace_back([&] {
            while (!stop) {
                const auto streams = *open.lock();
                for (const auto& stream : streams)
                    if (stream->queued_bytes() < 10'000) stream->write("event\n");
                std::this_thread::yield();
            }
        });
    {
        std::vector<std::jthread> clients;
        for (int t = 0; t < 4; ++t)
            clients.emplace_back([&] {
                for (int i = 0; i < 25; ++i) {
                    TestClient client(folder_.path / "s");
                    ASSERT_TRUE(client.send(request()));
                    EXPECT_EQ(client.read_head().status, 200);
                    EXPECT_FALSE(client.read_some().empty());
                }
            });
    }
    EXPECT_TRUE(closed.wait([&](int count) { return count == 100; }));
    stop = true;
    writers.clear();
    EXPECT_EQ(opened, 100);
    EXPECT_TRUE(eventually([&] { return server_.connections() == 0; }));
}

}
}
