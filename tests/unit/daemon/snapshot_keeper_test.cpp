#include "daemon/snapshot_keeper.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "crypto/cipher.hpp"
#include "sessions/snapshot.hpp"
#include "store/store.hpp"

namespace murmur {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// Agents and snapshots in a real store, and their blobs in files.
class SnapshotKeeperTest : public ::testing::Test {
protected:
    SnapshotKeeperTest() {
        std::string pattern = std::filesystem::temp_directory_path() / "keeper-XXXXXX";
        dir_ = ::mkdtemp(pattern.data());
        writer_ = open_sqlite_writer(dir_);
        reader_ = open_sqlite_reader(dir_);
        blobs_ = open_blob_directory(dir_ / "blobs", clock_);
        keeper_ = std::make_unique<SnapshotKeeper>(
            *reader_,
            [this](const std::function<void(StoreWriter&)>& change) {
                writer_->begin();
                change(*writer_);
                writer_->commit();
            },
            *blobs_, clock_, logger_, SnapshotKeeperOptions{});
    }
    ~SnapshotKeeperTest() override { std::filesystem::remove_all(dir_); }

    class HandClock final : public Clock {
    public:
        TimePoint now() const override { return now_; }
        bool sleep_for(std::chrono::milliseconds, std::stop_token) override { return false; }
        TimePoint now_{hours(500'000)};
    };
    class NoLog final : public Logger {
    public:
        void log(LogLevel, std::string_view, std::initializer_list<LogField>) noexcept override {}
    };

    Agent insert(const std::string& slug, Phase phase = Phase::idle, const std::string& restore = "") {
        Agent agent;
        agent.id = {{"local", "alice"}, "team", "alice", "web", {slug}};
        agent.phase = phase;
        agent.incarnation = 1;
        agent.spec.restore = restore;
        if (is_terminal(phase)) agent.ended_at = clock_.now();
        writer_->begin();
        agent.row = writer_->insert_agent(agent);
        writer_->commit();
        return agent;
    }
    std::string blob(const std::string& bytes) {
        blobs_->put(sha256_hex(bytes), "t", 0, bytes.size(), bytes);
        return sha256_hex(bytes);
    }
    /// Saves a file with these bytes now. Returns the snapshot's id.
    std::string save(Agent& agent, const std::string& bytes, bool is_newest = true) {
        Snapshot snapshot;
        snapshot.files = {{"transcript", blob(bytes), bytes.size(), 0600}};
        const json::object manifest = snapshot_json(snapshot);
        const SnapshotRecord record{snapshot_id(manifest), agent.incarnation, 1, clock_.now(), 1, manifest};
        const std::int64_t generation = agent.generation;
        if (is_newest) agent.snapshot = SnapshotNote{record.id, clock_.now(), 1};
        ++agent.generation;
        writer_->begin();
        writer_->add_snapshot(agent.row, record);
        writer_->update_agent(agent, generation, true);
        writer_->commit();
        return record.id;
    }
    bool is_there(const std::string& id) { return reader_->find_snapshot(id).has_value(); }
    void pass(std::chrono::milliseconds time) { clock_.now_ += time; }

    HandClock clock_;
    NoLog logger_;
    std::filesystem::path dir_;
    std::unique_ptr<StoreWriter> writer_;
    std::unique_ptr<StoreReader> reader_;
    std::unique_ptr<BlobStore> blobs_;
    std::unique_ptr<SnapshotKeeper> keeper_;
};

TEST_F(SnapshotKeeperTest, SupersededOnesOfOneLifeGoAndTheirBlobsAfterThem) {
    Agent agent = insert("one");
    const std::string first = save(agent, "first");
    pass(minutes(1));
    const std::string second = save(agent, "second");
    keeper_->tidy_up();
    EXPECT_TRUE(is_there(first)) << "someone may have been told of it a moment ago";
    pass(minutes(11));
    keeper_->tidy_up();
    EXPECT_FALSE(is_there(first));
    EXPECT_TRUE(is_there(second));
    EXPECT_TRUE(blobs_->size_of(sha256_hex("first"))) << "within the hour";
    pass(hours(1));
    keeper_->tidy_up();
    EXPECT_FALSE(blobs_->size_of(sha256_hex("first")));
    EXPECT_TRUE(blobs_->size_of(sha256_hex("second"))) << "it is named";
}

TEST_F(SnapshotKeeperTest, WhatAForkBeganFromStaysWhileItLives) {
    Agent source = insert("source");
    const std::string first = save(source, "first");
    Agent fork = insert("fork", Phase::running, first);
    pass(minutes(1));
    save(source, "second");
    pass(hours(3));
    keeper_->tidy_up();
    EXPECT_TRUE(is_there(first));
    EXPECT_TRUE(blobs_->size_of(sha256_hex("first")));
    fork.phase = Phase::completed;
    fork.ended_at = clock_.now();
    ++fork.generation;
    writer_->begin();
    writer_->update_agent(fork, fork.generation - 1, true);
    writer_->commit();
    keeper_->tidy_up();
    EXPECT_FALSE(is_there(first));
}

TEST_F(SnapshotKeeperTest, EndedOnesStayForTheRetentionAfterTheEnd) {
    Agent agent = insert("one");
    const std::string id = save(agent, "work");
    pass(hours(24 * 40));
    keeper_->tidy_up();
    EXPECT_TRUE(is_there(id)) << "it lives";
    agent.phase = Phase::killed;
    agent.ended_at = clock_.now();
    ++agent.generation;
    writer_->begin();
    writer_->update_agent(agent, agent.generation - 1, true);
    writer_->commit();
    pass(hours(24 * 29));
    keeper_->tidy_up();
    EXPECT_TRUE(is_there(id));
    EXPECT_TRUE(blobs_->size_of(sha256_hex("work")));
    pass(hours(24 * 2));
    keeper_->tidy_up();
    EXPECT_FALSE(is_there(id));
    EXPECT_FALSE(blobs_->size_of(sha256_hex("work")));
}

TEST_F(SnapshotKeeperTest, AnEarlierLifeIsKeptForItsRetentionAlone) {
    Agent agent = insert("one");
    const std::string first = save(agent, "first");
    agent.incarnation = 2;
    agent.snapshot.reset();  // begun anew
    pass(hours(24 * 20));
    const std::string second = save(agent, "second");
    keeper_->tidy_up();
    EXPECT_TRUE(is_there(first)) << "another life's, so not superseded";
    pass(hours(24 * 11));
    keeper_->tidy_up();
    EXPECT_FALSE(is_there(first));
    EXPECT_TRUE(is_there(second));
}

TEST_F(SnapshotKeeperTest, AnUploadThatRunsLosesNothing) {
    const std::string done = blob("sent, and not yet in a snapshot");
    const std::string half = "half of it";
    blobs_->put(sha256_hex(half), "agent-1", 0, half.size(), "half");
    pass(minutes(50));
    EXPECT_TRUE(blobs_->has(done));  // the runner asks before it reports
    keeper_->tidy_up();
    pass(minutes(50));
    keeper_->tidy_up();
    EXPECT_TRUE(blobs_->size_of(done));
    pass(hours(2));
    keeper_->tidy_up();
    EXPECT_FALSE(blobs_->size_of(done));
    EXPECT_EQ(blobs_->put(sha256_hex(half), "agent-1", 4, half.size(), "").have, 0u);
}

}
}
