#pragma once

#include <memory>
#include <optional>

#include "git/remote_options.hpp"
#include "runner/git_watch.hpp"
#include "runner/session_memory.hpp"
#include "runner/snapshot_saver.hpp"
#include "runner/supervisor.hpp"
#include "runner/workspace.hpp"

namespace murmur::runner {

/// The runner's work after it has its assignment. For one thread; preparing is done on another while this one listens.
class Supervision {
public:
    Supervision(const SupervisorOptions& options, Inbox& inbox, Channel& channel, Assignment assignment);

    struct Result {
        Session::End end = Session::End::stopped;
        bool failed = false;
        bool abandoned = false;  ///< see PreparationResult
    };
    /// All of it, up to the report of the session's end where there is one.
    Result run();

private:
    Session::Result work();
    Session::Result rescue();
    std::optional<Session::Result> recover_checkouts();
    void prepare(std::stop_token stop);
    void run_hooks_once(std::stop_token stop);
    Session::Result run_session();
    void watch_repositories();
    bool save_and_push();
    SnapshotSaver& saver();
    SavedSession saved_session() const;
    bool save_all();
    bool wait_to_save_again(std::chrono::milliseconds pause);
    void report_failure(const Error& error);

    const SupervisorOptions& options_;
    Inbox& inbox_;
    Channel& channel_;
    Assignment assignment_;
    const std::string session_id_;
    SessionMemory memory_;
    git::RemoteOptions remote_;
    Workspace workspace_;
    bool is_open_ = false;  ///< what the workspace holds is known
    std::shared_ptr<Backend> backend_;
    std::optional<SessionSpec> spec_;
    SessionSpec bare_spec_;  ///< where and which, when there is no other
    std::unique_ptr<GitWatch> watch_;
    std::unique_ptr<BlobClient> blobs_;
    std::unique_ptr<SnapshotSaver> saver_;
    bool abandoned_ = false;
    std::vector<std::string> delivered_;  ///< before a rescue, by the runner that was lost
    Session::Result result_;
};

}
