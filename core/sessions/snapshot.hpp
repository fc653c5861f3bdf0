#pragma once

#include <cstdint>
#include <murmur/json.hpp>
#include <string>
#include <vector>

namespace murmur {

/// A file of the session, below the home directory.
struct SnapshotFile {
    std::string path;
    std::string sha256;
    std::uint64_t size = 0;
    int mode = 0600;
};

/// What one repository had that its origin did not; see Snapshot in share/proto/murmur/runner/v1/runner.proto.
struct SnapshotRepo {
    std::string clone_url;
    std::string branch;
    std::string base_branch;
    std::string head;
    std::string uncommitted;
    std::string bundle_sha256;
    std::uint64_t bundle_size = 0;
    std::vector<std::string> references;
    std::vector<std::string> notes;  ///< for people: what will not be put back exactly as it was
};

/// The manifest of a snapshot: what a session needs to go on elsewhere. The checklist and the queue are in the agent.
struct Snapshot {
    std::string backend;
    std::string session_id;
    json::object checkpoint;
    std::int64_t turn = 0;
    std::vector<SnapshotFile> files;
    std::vector<SnapshotRepo> repos;
    std::string machine_id;
};

/// The protocol's JSON, and back. Throws invalid_argument with the path for what is no manifest: a digest that is none,
/// a path that leaves the home directory.
json::object snapshot_json(const Snapshot& snapshot);
Snapshot parse_snapshot(const json::object& manifest);
/// The id of a manifest: the SHA-256 of its JSON with sorted keys.
std::string snapshot_id(const json::object& manifest);
/// The blobs it needs, each once.
std::vector<std::string> snapshot_blobs(const Snapshot& snapshot);

}
