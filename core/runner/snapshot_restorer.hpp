#pragma once

#include <filesystem>
#include <murmur/backend.hpp>
#include <set>
#include <string>

#include "runner/blob_client.hpp"
#include "runner/reports.hpp"
#include "sessions/snapshot.hpp"

namespace murmur::runner {

/// Puts a snapshot back on a machine that does not have its work. For one thread.
///
/// Every step may be repeated after a crash; what is there already stays as it is.
class SnapshotRestorer {
public:
    /// `manifest` is Assignment::restore. Downloads go to "restoring" below `machine_directory`. Throws
    /// invalid_argument for what is no manifest.
    SnapshotRestorer(const json::object& manifest, BlobClient& blobs, const std::filesystem::path& machine_directory,
                     ReportSink& sink);
    ~SnapshotRestorer();
    SnapshotRestorer(const SnapshotRestorer&) = delete;
    SnapshotRestorer& operator=(const SnapshotRestorer&) = delete;

    const Snapshot& snapshot() const { return snapshot_; }

    /// `path` is a checkout fresh from the origin, with `branch` checked out: moves the branch to where the snapshot's
    /// was, makes its other branches, and puts uncommitted changes back as uncommitted ones. Where the origin has gone
    /// on since, its newer commits stay. Returns the commit that is then checked out; empty when the snapshot does not
    /// have this repository. So that a crash leaves no half of it, do it before the checkout gets its name.
    ///
    /// Throws failed_precondition, with the remedy, when the work stands on commits that the origin has no more.
    std::string restore_checkout(const std::filesystem::path& path, const std::string& clone_url,
                                 const std::string& branch);
    /// The session's files, where `backend` wants them for `spec`. A file that is there already is newer and stays.
    void restore_files(const Backend& backend, const SessionSpec& spec);
    /// Tells, as an ERROR event each, of which repositories there was work that no restore_checkout() asked for.
    void report_left_over();

private:
    std::filesystem::path fetch(const std::string& sha256, std::uint64_t size);

    Snapshot snapshot_;
    BlobClient& blobs_;
    std::filesystem::path scratch_;
    ReportSink& sink_;
    std::set<std::string> restored_;  ///< clone URLs
};

}
