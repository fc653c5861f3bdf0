#pragma once

#include <functional>
#include <murmur/clock.hpp>
#include <murmur/log.hpp>
#include <string>
#include <thread>
#include <vector>

#include "sessions/blob_store.hpp"
#include "store/store.hpp"

namespace murmur {

struct SnapshotKeeperOptions {
    std::chrono::milliseconds retention = std::chrono::hours(30 * 24);  ///< after the end of the life that made it
    /// How long a superseded one stays: whoever has just been told its id must still find it.
    std::chrono::milliseconds superseded_grace = std::chrono::minutes(10);
    /// How long a blob without a snapshot stays: a runner sends blobs first and their snapshot then.
    std::chrono::milliseconds blob_grace = std::chrono::hours(1);
    std::chrono::milliseconds first_after = std::chrono::minutes(1);  ///< a start has other things to do
    std::chrono::milliseconds interval = std::chrono::minutes(10);
};

/// Removes snapshots that nobody needs any more, and blobs that no snapshot names. Safe beside running uploads: what
/// was asked for within the grace stays.
///
/// What is kept: what an agent that lives begins from or has saved last; of every other life of an agent the newest,
/// until the retention is over.
class SnapshotKeeper {
public:
    using Transact = std::function<void(const std::function<void(StoreWriter&)>&)>;

    /// Everything must outlive it. `transact` changes the store, as Engine::transact().
    SnapshotKeeper(StoreReader& reader, Transact transact, BlobStore& blobs, Clock& clock, Logger& logger,
                   SnapshotKeeperOptions options)
        : reader_(reader),
          transact_(std::move(transact)),
          blobs_(blobs),
          clock_(clock),
          logger_(logger),
          options_(options) {}
    ~SnapshotKeeper() { stop(); }

    /// Tidies up now and then, from a thread of its own.
    void start();
    void stop();
    /// One time, now. Throws what hinders it.
    void tidy_up();

private:
    struct Doomed {
        std::int64_t agent_row;
        std::string id;
        std::int64_t incarnation;
    };
    std::vector<Doomed> find_doomed();
    void remove_snapshots(std::vector<Doomed> doomed);
    std::size_t remove_blobs();

    StoreReader& reader_;
    Transact transact_;
    BlobStore& blobs_;
    Clock& clock_;
    Logger& logger_;
    SnapshotKeeperOptions options_;
    std::jthread thread_;
};

}
