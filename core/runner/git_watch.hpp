#pragma once

#include <atomic>
#include <base/file.hpp>
#include <base/locked.hpp>
#include <filesystem>
#include <murmur/log.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
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

/// How long others wait for a push. It is not ended by that, but for the last one.
struct PushPatience {
    std::chrono::milliseconds turn{10'000};  ///< the end of a turn is told this much later at most, and the next begins
    /// At the end of the session, before the work is saved without it; and in all.
    std::chrono::milliseconds before_saving{10'000}, last{60'000};
    /// The same when someone waits for the end. Less, all in all, than a killed session has.
    std::chrono::milliseconds before_saving_hurried{2'000}, last_hurried{8'000};
};

/// Sees the commits that the agent makes, reports them, and pushes its branch, from a thread of its own, so that a slow
/// origin delays nothing.
///
/// A push that fails is reported once for a commit and tried again later; so is one that takes its time. The public
/// methods are for one other thread.
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
    /// Has the thread end, after what it is at; with `push`, it reports and pushes what is left first. The repositories
    /// stay as they are. Returns at once.
    void finish(bool push);
    /// Waits for the thread's end, but not longer than `patience`. Returns whether it has ended.
    bool wait_finished(std::chrono::milliseconds patience);
    /// Cuts short what the thread is at with an origin. False when even that does not end it, as with a server that
    /// neither answers nor hangs up: this object has to be left to the end of the process then, and reports no more.
    [[nodiscard]] bool end();

private:
    struct Tracked {
        WorkspaceRepo repo;
        std::string failed;  ///< the tip whose push was reported as failed
        std::optional<std::chrono::steady_clock::time_point> retry_at;
        std::chrono::seconds retry_delay{0};
        std::string told_of_base;  ///< the base commit that was reported as not brought in
    };
    struct Push {
        std::string clone_url;
        std::string branch;
        std::chrono::steady_clock::time_point began;
        bool is_told = false;  ///< that it is slow
    };
    /// How often publish() asked for a pass of the thread, and up to which of them passes are done.
    struct Passes {
        std::int64_t asked = 0;
        std::int64_t done = 0;
        bool follow = false;  ///< the next pass looks at the bases
        bool quiet = false;   ///< nobody works in the repositories: they may be changed
        bool last = false;    ///< the next pass is the last
        bool push_last = false;
        bool ended = false;
        std::optional<Push> push;  ///< the one that is under way
    };
    void run();
    /// Up to which pass was asked for, and what it is to do.
    Passes take_request();
    void tell_of_slow_push(const Push& push);
    void report(json::object report);
    void watch_logs();
    void wait_for_change(std::chrono::steady_clock::time_point deadline);
    void follow_base(Tracked& tracked);
    void integrate_base(Tracked& tracked);
    void report_commits(Tracked& tracked);
    void push_new(Tracked& tracked, bool last_chance);
    std::chrono::steady_clock::time_point next_retry() const;

    git::Identity identity_;
    std::stop_source cut_;  ///< ends what is under way with an origin
    git::RemoteOptions options_;
    ReportSink& sink_;
    Logger& logger_;
    std::atomic<bool> may_push_ = true;
    Locked<bool> is_left_;          ///< nobody listens to this any more
    std::vector<Tracked> tracked_;  ///< heads under scanning_; the rest belongs to whoever pushes
    Locked<int> scanning_;          ///< held while commits are looked for
    Locked<Passes> passes_;
    Fd wake_;
    Fd inotify_;
    std::thread thread_;
};

}
