#include <atomic>

#include "http/http_server.hpp"
#include "snapshot_world.hpp"

namespace murmur::runner {
namespace {

/// The client against a server that speaks the protocol, on a real socket.
class BlobClientTest : public SnapshotTest {
protected:
    BlobClientTest() {
        const std::string path = "/murmur.runner.v1/blobs/";
        const auto digest = [path](const http::Request& request) { return request.path.substr(path.size()); };
        server.add_handler("HEAD", path + "*", [this, digest](const http::Request& request) {
            check(request);
            if (!store->has(digest(request))) throw Error(Errc::not_found, "no blob");
            return http::Response{};
        });
        server.add_handler("PUT", path + "*", [this, digest](const http::Request& request) {
            check(request);
            ++puts;
            if (refuse_puts) throw Error(Errc::resource_exhausted, "disk full").with_hint("Make room.");
            const auto progress = store->put(digest(request), "t", std::stoull(request.query.at("offset")),
                                             std::stoull(request.query.at("size")), request.body);
            http::Response response;
            response.body = json::serialize(json::object{{"have", progress.have}, {"complete", progress.complete}});
            return response;
        });
        server.add_handler("GET", path + "*", [this, digest](const http::Request& request) {
            check(request);
            http::Response response;
            response.body = store->read(digest(request), std::stoull(request.query.at("offset")),
                                        std::stoull(request.query.at("length")));
            return response;
        });
        server.listen_unix(root / "s.sock");
        server.start();
        client = make_blob_client("unix:" + (root / "s.sock").string(), std::make_shared<Secret>("token"), "r-1");
    }
    ~BlobClientTest() override { server.stop(std::chrono::seconds(1)); }
    static void check(const http::Request& request) {
        if (request.headers.at("authorization") != "Bearer token" || request.headers.at("x-murmur-runner") != "r-1")
            throw Error(Errc::unauthenticated, "who?");
    }
    http::HttpServer server{{}};
    std::unique_ptr<BlobClient> client;
    int puts = 0;
    std::atomic<bool> refuse_puts = false;
};

TEST_F(BlobClientTest, SendsAndFetchesInPieces) {
    std::string bytes;
    for (int i = 0; i < 600'000; ++i) bytes += std::to_string(i);
    write(root / "big", bytes);
    const std::string sha256 = sh(root, "sha256sum big").substr(0, 64);
    EXPECT_FALSE(client->has(sha256));
    store->put(sha256, "t", 0, bytes.size(), std::string_view(bytes).substr(0, 1'000'000));  // an earlier try
    client->upload(sha256, root / "big");
    EXPECT_TRUE(client->has(sha256));
    EXPECT_EQ(puts, 4) << "the question, and what was missing";
    client->download(sha256, bytes.size(), root / "back");
    EXPECT_EQ(read(root / "back"), bytes);
    EXPECT_THROW(client->download(sha256, bytes.size() + 1, root / "longer"), Error);
    EXPECT_THROW(client->download(sha256, bytes.size() - 1, root / "shorter"), Error);
    EXPECT_FALSE(std::filesystem::exists(root / "longer"));
    write(root / "empty", "");
    const std::string nothing = sh(root, "sha256sum empty").substr(0, 64);
    client->upload(nothing, root / "empty");
    client->download(nothing, 0, root / "empty-back");
    EXPECT_TRUE(std::filesystem::exists(root / "empty-back"));
}

TEST_F(BlobClientTest, TellsWhatTheServerSays) {
    write(root / "file", "x");
    refuse_puts = true;
    try {
        client->upload(sh(root, "sha256sum file").substr(0, 64), root / "file");
        FAIL() << "should have failed";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::resource_exhausted);
        EXPECT_EQ(error.hint(), "Make room.");
    }
    try {
        client->upload(std::string(64, 'a'), root / "file");
        FAIL() << "should have failed";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::resource_exhausted);
    }
    refuse_puts = false;
    EXPECT_THROW(client->upload(std::string(64, 'a'), root / "file"), Error) << "other bytes";
}

TEST_F(BlobClientTest, GoesOnWithAServerThatCameBack) {
    EXPECT_FALSE(client->has(std::string(64, 'a')));
    server.stop(std::chrono::seconds(0));
    EXPECT_THROW(client->has(std::string(64, 'a')), Error);
    http::HttpServer second({});
    second.add_handler("HEAD", "/murmur.runner.v1/blobs/*", [](const http::Request&) { return http::Response{}; });
    second.listen_unix(root / "s.sock");
    second.start();
    EXPECT_TRUE(client->has(std::string(64, 'a')));
    second.stop(std::chrono::seconds(0));
}

}
}
