#pragma once

#include <atomic>
#include <base/file.hpp>
#include <base/locked.hpp>
#include <filesystem>
#include <murmur/log.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "git/identity.hpp"
#include "git/remote_options.hpp"
#include "git/repository.hpp"
#include "runner/poll_set.hpp"
#include "runner/reports.hpp"

namespace murmur::runner {

/// A repository of the workspace, ready for work.
struct WorkspaceRepo {
    std::string clone_url;
    std::string base_branch;
    std::string branch;
    std::string head;  ///< reported so far
    std::filesystem::path path;
    std::string conflict_resolution = {};  ///< merge, rebase, none; empty: merge
};

/// Sees the commits that the agent makes, reports them, and pushes its branch, from a thread of its own, so that a slow
/// origin delays nothing.
///
/// A push that fails is reported once for a commit and tried again later. The public methods are for one other thread.
class GitWatch {
public:
    GitWatch(std::vector<WorkspaceRepo> repos, git::Identity identity, git::RemoteOptions options, ReportSink& sink,
             Logger& logger);
    ~GitWatch();
    GitWatch(const GitWatch&) = delete;
    GitWatch& operator=(const GitWatch&) = delete;

    void start();
    /// Reports what is new now, and waits until pushing it has been tried: what is told afterwards (that a turn is
    /// over) is then told of work that is on the origin. Gives up waiting after `patience`; the push goes on.
    void publish(std::chrono::milliseconds patience);
    /// Commits what is uncommitted, with the first line of `text` as subject, but not in the middle of a merge or its
    /// like. Returns in how many repositories.
    int commit_changes(const std::string& text);
    /// Looks whether the base branches have moved on, brings that into the agent's branches by merge or rebase as each
    /// repository wants it, and reports base_moved for each that has. To be called while nothing works in the
    /// repositories; after `patience` nothing is changed there any more, and the next call does the rest.
    void follow_bases(std::chrono::milliseconds patience);
    /// How the branch of that repository follows its base from now on.
    void set_conflict_resolution(const std::string& clone_url, const std::string& resolution);
    /// The repositories as they are now.
    std::vector<WorkspaceRepo> repos();
    /// No push begins after this: the branch belongs to the next incarnation.
    void forbid_pushing() { may_push_ = false; }
    /// Ends the thread; with `push`, reports and pushes what is left first. The repositories stay as they are.
    void finish(bool push);

private:
    struct Tracked {
        WorkspaceRepo repo;
        std::string failed;  ///< the tip whose push was reported as failed
        std::optional<std::chrono::steady_clock::time_point> retry_at;
        std::chrono::seconds retry_delay{0};
        std::string told_of_base;  ///< the base commit that was reported as not brought in
    };
    /// How often publish() asked for a pass of the thread, and up to which of them passes are done.
    struct Passes {
        std::int64_t asked = 0;
        std::int64_t done = 0;
        bool follow = false;  ///< the next pass looks at the bases
        bool quiet = false;   ///< nobody works in the repositories: they may be changed
    };
    void run(std::stop_token stop);
    /// Up to which pass was asked for, and whether it is to follow the bases.
    std::pair<std::int64_t, bool> take_request();
    void watch_logs();
    void wait_for_change(std::chrono::steady_clock::time_point deadline);
    void follow_base(Tracked& tracked);
    void integrate_base(Tracked& tracked);
    void report_commits(Tracked& tracked);
    void push_new(Tracked& tracked, bool last_chance);
    std::chrono::steady_clock::time_point next_retry() const;

    git::Identity identity_;
    git::RemoteOptions options_;
    ReportSink& sink_;
    Logger& logger_;
    std::atomic<bool> may_push_ = true;
    std::vector<Tracked> tracked_;  ///< heads under scanning_; the rest belongs to whoever pushes
    Locked<int> scanning_;          ///< held while commits are looked for
    Locked<Passes> passes_;
    Fd wake_;
    Fd inotify_;
    std::jthread thread_;
};

}
