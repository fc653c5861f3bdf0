#include "api/snapshot_methods.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "base/base64.hpp"
#include "base/time_text.hpp"
#include "sessions/snapshot.hpp"

namespace murmur {

namespace {

constexpr std::size_t snapshot_piece_max = 1 << 20;  // of a file in one answer

json::object snapshot_summary(const SnapshotRecord& record) {
    const Snapshot snapshot = parse_snapshot(record.manifest);
    json::object out{{"id", record.id},
                     {"at", format_time(record.at)},
                     {"incarnation", std::to_string(record.incarnation)},
                     {"turn", std::to_string(record.turn)},
                     {"size", std::to_string(record.bytes)},
                     {"files", snapshot.files.size()}};
    json::array unpushed;
    for (const SnapshotRepo& repo : snapshot.repos)
        if (!repo.bundle_sha256.empty()) unpushed.push_back(json::string(repo.clone_url));
    if (!unpushed.empty()) out["unpushed"] = std::move(unpushed);
    return out;
}

/// The one that the request names, or the newest.
SnapshotRecord find_record(ApiContext& context, const Agent& agent, const FieldReader& request) {
    const std::string id = request.get_string("id", "");
    std::vector<StoredSnapshot> all = context.reader.snapshots_of(agent.row);
    if (all.empty())
        throw Error(Errc::not_found, "agent \"" + agent.id.slug() + "\" has no snapshot")
            .with_hint("The first one is made at the end of its first turn.");
    const StoredSnapshot* found = nullptr;
    for (const StoredSnapshot& one : all) {
        if (!one.record.id.starts_with(id) || (found && found->record.id == one.record.id)) continue;
        if (found && !id.empty())
            throw Error(Errc::invalid_argument, "\"" + id + "\" fits several snapshots")
                .with_hint("Give more of the id.");
        if (!found) found = &one;
    }
    if (!found)
        throw Error(Errc::not_found, "agent \"" + agent.id.slug() + "\" has no snapshot \"" + id + "\"")
            .with_hint("Those that there are: murmur snapshot ls " + agent.id.slug());
    return found->record;
}

}

json::object list_snapshots(ApiContext& context, const Agent& agent, const FieldReader&) {
    json::array list;
    for (const StoredSnapshot& one : context.reader.snapshots_of(agent.row))
        list.push_back(snapshot_summary(one.record));
    return {{"snapshots", std::move(list)}};
}

json::object get_snapshot(ApiContext& context, const Agent& agent, const FieldReader& request) {
    const SnapshotRecord record = find_record(context, agent, request);
    json::object out = snapshot_summary(record);
    out["manifest"] = record.manifest;
    return {{"snapshot", std::move(out)}};
}

json::object read_snapshot_file(ApiContext& context, const Agent& agent, const FieldReader& request) {
    const SnapshotRecord record = find_record(context, agent, request);
    const std::string sha256 = request.get_string("sha256");
    const std::int64_t offset = request.get_int("offset", 0);
    const std::vector<std::string> blobs = snapshot_blobs(parse_snapshot(record.manifest));
    if (std::find(blobs.begin(), blobs.end(), sha256) == blobs.end())
        throw Error(Errc::not_found, "snapshot " + record.id + " has no file \"" + sha256 + "\"");
    if (offset < 0) throw Error(Errc::invalid_argument, "offset must not be negative");
    const std::string bytes = context.blobs.read(sha256, static_cast<std::uint64_t>(offset), snapshot_piece_max);
    const std::uint64_t size = context.blobs.size_of(sha256).value_or(0);
    return {{"data", to_base64(bytes)}, {"end", static_cast<std::uint64_t>(offset) + bytes.size() >= size}};
}

}
