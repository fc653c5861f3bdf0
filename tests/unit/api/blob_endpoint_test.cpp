#include "api/blob_endpoint.hpp"

#include "crypto/cipher.hpp"
#include "http/connect_codec.hpp"
#include "http/http_client.hpp"
#include "sessions/snapshot.hpp"
#include "unit/engine/engine_world.hpp"

namespace murmur {
namespace {

/// Two agents, whose runners reach the blobs over a real socket.
class BlobEndpointTest : public EngineWorld {
protected:
    BlobEndpointTest() : blobs_(open_blob_directory(dir / "blobs", clock)), endpoint_(*reader, *box, *blobs_, logger) {
        endpoint_.add_to(server_);
        server_.listen_unix(dir / "s.sock");
        server_.start();
        Snapshot snapshot;
        snapshot.files = {{"transcript", put("saved"), 5, 0600}};
        const json::object manifest = snapshot_json(snapshot);
        source_ = engine->execute(spawn_command("source").id.workflow_id(), spawn_command("source"));
        engine->transact([&](StoreWriter& store) {
            store.add_snapshot(source_.row, {snapshot_id(manifest), 1, 1, clock.now(), 5, manifest});
        });
        command::Spawn spawn = spawn_command("fork");
        spawn.spec.restore = snapshot_id(manifest);
        spawn.spec.is_fork = true;
        fork_ = engine->execute(spawn.id.workflow_id(), spawn);
    }
    ~BlobEndpointTest() override { server_.stop(std::chrono::seconds(0)); }

    std::string put(const std::string& bytes) {
        blobs_->put(sha256_hex(bytes), "test", 0, bytes.size(), bytes);
        return sha256_hex(bytes);
    }
    http::HttpClient client(const std::string& token) {
        return {"unix:" + (dir / "s.sock").string(),
                {{"Authorization", "Bearer " + token}, {"X-Murmur-Runner", "r-1"}},
                std::chrono::seconds(30)};
    }
    http::HttpClient runner_of(const Agent& agent) {
        return client(std::string(box->runner_token(agent.row, agent.incarnation).reveal()));
    }
    static std::string at(const std::string& sha256, const std::string& query = "") {
        return BlobEndpoint::path + sha256 + query;
    }

    std::unique_ptr<BlobStore> blobs_;
    BlobEndpoint endpoint_;
    http::HttpServer server_{{}};
    Agent source_, fork_;
};

TEST_F(BlobEndpointTest, TakesPiecesAndTellsHowFarItIs) {
    http::HttpClient runner = runner_of(source_);
    const std::string sha256 = sha256_hex("0123456789");
    EXPECT_EQ(runner.exchange("HEAD", at(sha256)).status, 404);
    EXPECT_EQ(runner.exchange("PUT", at(sha256, "?offset=0&size=10"), "01234").body, R"({"have":5,"complete":false})");
    EXPECT_EQ(runner.exchange("PUT", at(sha256, "?offset=0&size=10"), "xx").body, R"({"have":5,"complete":false})");
    EXPECT_EQ(runner.exchange("PUT", at(sha256, "?offset=5&size=10"), "56789").body, R"({"have":10,"complete":true})");
    EXPECT_EQ(runner.exchange("HEAD", at(sha256)).status, 200);
    EXPECT_EQ(blobs_->read(sha256, 0, 100), "0123456789");
}

TEST_F(BlobEndpointTest, RefusesWhatIsNoUpload) {
    http::HttpClient runner = runner_of(source_);
    const std::string sha256 = sha256_hex("right");
    EXPECT_EQ(runner.exchange("PUT", at(sha256, "?offset=0&size=5"), "wrong").status, 400);
    EXPECT_EQ(runner.exchange("PUT", at(sha256), "right").status, 400);
    EXPECT_EQ(runner.exchange("PUT", at(sha256, "?offset=0&size=x"), "right").status, 400);
    EXPECT_EQ(runner.exchange("PUT", at("abc", "?offset=0&size=5"), "right").status, 400);
    EXPECT_EQ(runner.exchange("PUT", at(sha256, "?offset=0&size=99999999999999"), "right").status, 400);
    EXPECT_EQ(runner.exchange("PUT", at(sha256, "?offset=0&size=9000000"), std::string(5 << 20, 'x')).status, 400);
    EXPECT_FALSE(blobs_->has(sha256));
}

TEST_F(BlobEndpointTest, GivesOnlyWhatTheMachineBeginsFrom) {
    const std::string saved = sha256_hex("saved"), other = put("of someone else");
    EXPECT_EQ(runner_of(fork_).exchange("GET", at(saved)).body, "saved");
    EXPECT_EQ(runner_of(fork_).exchange("GET", at(saved, "?offset=2&length=2")).body, "ve");
    EXPECT_EQ(runner_of(fork_).exchange("GET", at(other)).status, 403);
    EXPECT_EQ(runner_of(source_).exchange("GET", at(saved)).status, 403) << "it begins from nothing";
}

TEST_F(BlobEndpointTest, LetsOnlyThePresentRunnerIn) {
    const std::string saved = sha256_hex("saved");
    EXPECT_EQ(client("wrong").exchange("HEAD", at(saved)).status, 401);
    EXPECT_EQ(
        client(std::string(box->agent_token(fork_.row, fork_.incarnation).reveal())).exchange("HEAD", at(saved)).status,
        401)
        << "an agent's token is not its runner's";
    const Secret early = box->runner_token(fork_.row, fork_.incarnation + 1);
    EXPECT_EQ(client(std::string(early.reveal())).exchange("HEAD", at(saved)).status, 409);
    engine->attach({fork_.row, fork_.incarnation}, fork_.machine->id, {"r-2", 1, "1"}, 0,
                   std::make_shared<RecordingSink>(), {});
    const auto is_attached = [&] { return reader->find_agent(fork_.row)->runner.has_value(); };
    engine->transact([](StoreWriter&) {});  // behind it
    ASSERT_TRUE(is_attached());
    EXPECT_EQ(runner_of(fork_).exchange("HEAD", at(saved)).status, 403) << "the token is another process's";
}

}
}
