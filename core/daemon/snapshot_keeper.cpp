#include "daemon/snapshot_keeper.hpp"

#include <murmur/error.hpp>
#include <unordered_set>

#include "sessions/snapshot.hpp"

namespace murmur {

namespace {

bool is_same_life(const StoredSnapshot& one, const StoredSnapshot& other) {
    return one.agent_row == other.agent_row && one.record.incarnation == other.record.incarnation;
}

}

void SnapshotKeeper::start() {
    thread_ = std::jthread([this](std::stop_token stop) {
        for (auto wait = options_.first_after; clock_.sleep_for(wait, stop); wait = options_.interval) {
            try {
                tidy_up();
            } catch (...) {
                const Error error = current_error();
                if (stop.stop_requested()) return;
                logger_.log(LogLevel::error, "old snapshots could not be removed",
                            {{"error", error.message()}, {"hint", error.hint()}});
            }
        }
    });
}

void SnapshotKeeper::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void SnapshotKeeper::tidy_up() {
    std::vector<Doomed> doomed = find_doomed();
    const std::size_t snapshots = doomed.size();
    if (!doomed.empty()) remove_snapshots(std::move(doomed));
    const std::size_t blobs = remove_blobs();
    if (snapshots + blobs > 0)
        logger_.log(LogLevel::info, "old snapshots removed",
                    {{"snapshots", std::to_string(snapshots)}, {"blobs", std::to_string(blobs)}});
}

std::vector<SnapshotKeeper::Doomed> SnapshotKeeper::find_doomed() {
    const TimePoint now = clock_.now();
    const std::vector<std::string> ids = reader_.snapshots_in_use();
    const std::unordered_set<std::string> in_use(ids.begin(), ids.end());
    std::vector<Doomed> doomed, expired;
    std::optional<StoredSnapshot> previous;
    // Those of one life come one after the other, so whatever is followed by another is superseded by it.
    reader_.visit_snapshots([&](const StoredSnapshot& one) {
        if (previous && is_same_life(*previous, one) && one.record.at + options_.superseded_grace <= now &&
            !in_use.count(previous->record.id))
            doomed.push_back({previous->agent_row, previous->record.id, previous->record.incarnation});
        if (one.record.at + options_.retention <= now && !in_use.count(one.record.id))
            expired.push_back({one.agent_row, one.record.id, one.record.incarnation});
        previous = one;
        previous->record.manifest.clear();
    });
    for (Doomed& one : expired) {
        // The last life's retention begins with its end.
        const auto agent = reader_.find_agent(one.agent_row);
        if (agent && agent->incarnation == one.incarnation &&
            (!is_terminal(agent->phase) || agent->ended_at + options_.retention > now))
            continue;
        doomed.push_back(std::move(one));
    }
    return doomed;
}

void SnapshotKeeper::remove_snapshots(std::vector<Doomed> doomed) {
    transact_([&](StoreWriter& store) {
        for (const Doomed& one : doomed) {
            // It may have come back to life since it was looked at.
            const auto agent = store.find_agent(one.agent_row);
            const bool is_wanted =
                agent && !is_terminal(agent->phase) &&
                (agent->spec.restore == one.id || (agent->snapshot && agent->snapshot->id == one.id));
            if (!is_wanted) store.remove_snapshot(one.agent_row, one.id, one.incarnation);
        }
    });
}

std::size_t SnapshotKeeper::remove_blobs() {
    const TimePoint limit = clock_.now() - options_.blob_grace;
    blobs_.remove_uploads(limit);
    // First what there is, then what is named: a blob that is named later was asked for later, and stays for that.
    const std::vector<BlobStore::Entry> entries = blobs_.list();
    std::unordered_set<std::string> named;
    reader_.visit_snapshots([&](const StoredSnapshot& one) {
        for (std::string& sha256 : snapshot_blobs(parse_snapshot(one.record.manifest))) named.insert(std::move(sha256));
    });
    std::size_t removed = 0;
    for (const BlobStore::Entry& entry : entries)
        if (entry.used_at <= limit && !named.count(entry.sha256) && blobs_.remove(entry.sha256, limit)) ++removed;
    return removed;
}

}
