#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <murmur/backend.hpp>
#include <murmur/log.hpp>
#include <optional>
#include <string>
#include <vector>

#include "git/identity.hpp"
#include "runner/blob_client.hpp"
#include "runner/git_watch.hpp"
#include "runner/reports.hpp"
#include "runner/snapshot_memory.hpp"
#include "sessions/snapshot.hpp"

namespace murmur::runner {

/// What a snapshot is made of, beside the repositories.
struct SavedSession {
    std::string backend;
    const SessionSpec* spec = nullptr;  ///< for its id and its homes; none: the session was not restored
    /// Backend::session_files(*spec). Nothing: not known; what was saved of the same session stays saved.
    std::optional<std::vector<std::string>> files;
    json::object checkpoint;  ///< the newest
    std::int64_t turn = 0;    ///< the last that ended
    /// The manifest that this machine was to begin from. What of it did not get here stays in the snapshot: its
    /// repositories that are not among this machine's, and without a `spec` its files.
    const json::object* base = nullptr;
};

/// Brings what only this machine has to murmurd: work that is not on the origin and the files of the session. For one
/// thread.
class SnapshotSaver {
public:
    struct Parts {
        std::filesystem::path machine_directory;  ///< copies are made in it, in "saving"
        std::string machine_id;
        git::Identity identity;
        std::vector<WorkspaceRepo> repos;
        BlobClient& blobs;
        ReportSink& sink;
        Logger& logger;
    };
    /// Told how long to wait before the next try; returns when that is over, or earlier, and false to give up.
    using Pause = std::function<bool(std::chrono::milliseconds)>;

    explicit SnapshotSaver(Parts parts);

    /// Saves what is there now, and reports `snapshot` when it is another than the last one that this saver reported;
    /// the report goes out only when all its blobs are durable. A failure is reported as save_failed (the same one
    /// again only after a while) and tried again after a growing pause, for as long as `pause` says so. Returns whether
    /// all is saved. Does not throw for what hinders saving.
    ///
    /// A repository that cannot be saved keeps no other from it: in the snapshot, it is as it was saved last. One that
    /// is damaged is reported, and false returned, at once: it does not mend by waiting.
    bool save(const SavedSession& session, const Pause& pause);

private:
    /// A file as it was when it was read last.
    struct KnownFile {
        std::uint64_t device = 0, inode = 0, size = 0;
        std::int64_t modified_ns = 0, changed_ns = 0;
        std::string sha256;
    };
    /// A bundle as it was made last; the header says what is in it.
    struct KnownBundle {
        std::string header;
        std::string sha256;
        std::uint64_t size = 0;
    };
    /// The bytes of a blob that may have to be sent.
    struct Source {
        std::filesystem::path file;
        std::function<void()> make;  ///< writes them there when they are wanted
    };

    /// What keeps repositories from being saved.
    struct Hindrance {
        std::optional<Error> damage;        ///< of the first that is damaged
        std::optional<Error> failure;       ///< the first that may pass
        std::vector<SnapshotRepo> unsaved;  ///< with a note of it each, for where nothing was saved earlier either
    };

    std::optional<Error> save_once(const SavedSession& session);
    void tell_failure(const Error& error);
    Hindrance save_repositories(Snapshot& snapshot);
    SnapshotRepo save_repository(const WorkspaceRepo& repo);
    void save_files(const SavedSession& session, Snapshot& snapshot);
    static void carry_over(const Snapshot& base, const SavedSession& session, Snapshot& snapshot);
    void upload_missing(const Snapshot& snapshot);
    void report(const Snapshot& snapshot, bool is_whole);

    Parts parts_;
    std::filesystem::path scratch_;
    std::map<std::string, KnownFile> files_;
    std::map<std::string, KnownBundle> bundles_;
    std::map<std::string, Source> sources_;  ///< by digest, of the save that runs
    std::string reported_;                   ///< id of the manifest reported last
    std::string reported_in_part_;           ///< the same of one that lacks something
    SnapshotMemory memory_;
    std::string told_;  ///< the failure that was told last; empty since all was saved
    std::optional<std::chrono::steady_clock::time_point> failing_since_;
    std::chrono::steady_clock::time_point told_at_;
};

}
