#pragma once

#include <filesystem>
#include <functional>
#include <murmur/json.hpp>
#include <string>
#include <vector>

namespace murmur {

/// As people are shown the id of a snapshot: its beginning, which commands take as well.
std::string short_snapshot_id(const std::string& id);

/// Where a snapshot is written to.
struct SnapshotExport {
    /// Gives the bytes of a blob, piece by piece.
    using ReadBlob = std::function<void(const std::string& sha256, const std::function<void(std::string_view)>& take)>;

    std::filesystem::path directory;  ///< must be missing or empty
    std::string slug;                 ///< for the names of branches
    ReadBlob read_blob;
};

/// Writes manifest.json, the files of the session below session/, and one .bundle for each repository with work that
/// its origin does not have. Returns for people what was written and how to fetch each bundle. Throws already_exists
/// for a directory with something in it, data_loss for a manifest whose files would lie outside of the directory.
std::string export_snapshot(const SnapshotExport& target, const json::object& manifest);

}
