// Feeds the server and the codec bytes that nobody means well. The seed is fixed, so that a failure can be repeated.
#include <gtest/gtest.h>

#include <murmur/error.hpp>
#include <random>

#include "http/connect_codec.hpp"
#include "http/error_info.hpp"
#include "http/http_server.hpp"
#include "http_support.hpp"

namespace murmur::http {
namespace {

class Mutator {
public:
    explicit Mutator(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

    std::string noise(std::size_t size_max) {
        std::string bytes(below(size_max + 1), '\0');
        for (char& c : bytes) c = static_cast<char>(random_());
        return bytes;
    }

    std::string mutate(std::string bytes, const std::vector<std::string>& others) {
        for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
            const std::size_t at = below(bytes.size() + 1);
            switch (below(6)) {
                case 0:
                    if (at < bytes.size()) bytes[at] = static_cast<char>(random_());
                    break;
                case 1: bytes.insert(at, noise(20)); break;
                case 2: bytes.erase(at, below(20)); break;
                case 3: bytes.resize(at); break;
                case 4: bytes.insert(at, others[below(others.size())]); break;
                case 5: bytes.insert(at, bytes.substr(at, below(200))); break;
            }
        }
        return bytes;
    }

private:
    std::mt19937 random_;
};

const std::string masked_text("\x81\x83\x01\x02\x03\x04zzz", 9);

const std::vector<std::string> requests{
    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nTrailer: y\r\n\r\n",
    "GET /echo?a=%20&b HTTP/1.1\r\nHost: x\r\nX-Request-Id: abc\r\nConnection: close\r\n\r\n",
    "POST /stream HTTP/1.1\r\nHost: x\r\nContent-Type: application/connect+json\r\nContent-Length: 2\r\n\r\n{}",
    "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    "GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
};

class Rubbish : public testing::Test {
protected:
    Rubbish() {
        ServerLimits limits;
        limits.body_bytes_max = 64 << 10;
        limits.header_bytes_max = 4 << 10;
        server_ = std::make_unique<HttpServer>(limits);
        server_->add_handler("POST", "/echo", [](const Request& request) {
            return Response{200, "text/plain", request.body};
        });
        server_->add_stream("/stream", "application/connect+json",
                            [](const Request& request, const std::shared_ptr<ResponseStream>& stream) {
                                stream->write(encode_envelope(decode_stream_request(request)));
                                stream->write(encode_end_of_stream(nullptr));
                                stream->close();
                            });
        server_->add_websocket("/socket", [](const Request&, const std::shared_ptr<WebSocket>& socket) {
            return WebSocketEvents{[socket](std::string message) { socket->send(std::move(message)); }, {}};
        });
        server_->listen_unix(folder_.path / "s");
        server_->start();
    }
    ~Rubbish() override { server_->stop(std::chrono::seconds(0)); }

    /// Whatever came before the end of the input, the server must end the connection.
    void feed(const std::string& before, const std::string& bytes) {
        TestClient client(folder_.path / "s");
        client.send(before);
        client.send(bytes);
        client.finish_sending();
        const std::string first = client.read_some();
        ASSERT_TRUE(first.empty() || first.starts_with("HTTP/1.1 ")) << bytes;
        while (!client.read_some().empty()) {
        }
        ASSERT_TRUE(client.ends());
    }

    const TempFolder folder_;
    std::unique_ptr<HttpServer> server_;
};

TEST_F(Rubbish, MutatedRequestsEndWithAnAnswerOrWithout) {
    Mutator mutator(20'260'514);
    for (int round = 0; round < 1500; ++round) {
        feed("", mutator.mutate(requests[mutator.below(requests.size())], requests));
        ASSERT_FALSE(HasFatalFailure()) << "round " << round;
    }
    EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
    EXPECT_EQ(TestClient(folder_.path / "s").request("POST", "/echo", "alive").body, "alive");
}

TEST_F(Rubbish, NoiseEndsWithAnAnswerOrWithout) {
    Mutator mutator(7);
    for (int round = 0; round < 300; ++round) feed("", mutator.noise(6000));
    EXPECT_EQ(TestClient(folder_.path / "s").request("POST", "/echo", "alive").body, "alive");
}

TEST_F(Rubbish, MutatedFramesEndTheWebSocketOnly) {
    Mutator mutator(99);
    const std::vector<std::string> frames{masked_text, std::string("\x89\x80\x01\x02\x03\x04", 6),
                                          std::string("\x88\x82\x00\x00\x00\x00\x03\xe8", 8),
                                          std::string("\x01\xff", 2)};
    for (int round = 0; round < 500; ++round) {
        // The frames wait for the answer: bytes sent ahead of it are an error of their own.
        TestClient client(folder_.path / "s");
        ASSERT_TRUE(client.send(requests.back()));
        ASSERT_EQ(client.read_head().status, 101);
        client.send(mutator.mutate(masked_text + frames[mutator.below(frames.size())], frames));
        client.finish_sending();
        while (!client.read_some().empty()) {
        }
        ASSERT_TRUE(client.ends());
    }
    EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
    EXPECT_EQ(TestClient(folder_.path / "s").request("POST", "/echo", "alive").body, "alive");
}

TEST(RubbishCodec, OnlyErrorsOfMurmurComeOut) {
    Mutator mutator(3);
    const Error error = Error(Errc::aborted, "m").in("c").with_hint("h");
    const std::vector<std::string> seeds{error_response(error).body, encode_envelope(json::object{{"a", "b"}}),
                                         encode_end_of_stream(&error), encode_error_info({"hint", {"a", "b"}})};
    for (int round = 0; round < 20'000; ++round) {
        const std::string bytes = mutator.mutate(seeds[mutator.below(seeds.size())], seeds);
        const Error decoded = decode_error(static_cast<int>(mutator.below(600)), bytes);
        ASSERT_FALSE(decoded.message().empty());
        ASSERT_EQ(decoded.message().find('\n'), std::string::npos);
        (void)decode_error_info(bytes);
        try {
            EnvelopeReader reader;
            reader.feed(bytes);
        } catch (const Error& refused) {
            ASSERT_EQ(refused.code(), Errc::data_loss);
        }
        Request request;
        request.headers["content-type"] = "application/connect+json";
        request.body = bytes;
        try {
            decode_stream_request(request);
        } catch (const Error& refused) {
            ASSERT_EQ(refused.code(), Errc::invalid_argument);
        }
    }
}

}
}
