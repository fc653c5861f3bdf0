#include "runner/git_watch.hpp"

#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <utility>

#include "git/stale_locks.hpp"

namespace murmur::runner {

namespace {

using SteadyClock = std::chrono::steady_clock;

// A rebase moves HEAD many times a second; what counts is where it ends.
constexpr std::chrono::milliseconds settle_time{150};
constexpr std::chrono::milliseconds settle_time_max{2'000};
constexpr std::chrono::seconds retry_min{5};
constexpr std::chrono::seconds retry_max{300};
// For a push that was cut short to come back: killing ssh or a local git takes effect at once.
constexpr std::chrono::seconds cut_time{2};
// Between turns nobody works there but perhaps a person, whose git has a lock for moments, or runs as long.
constexpr std::chrono::seconds lock_age{2};
constexpr std::chrono::milliseconds clock_step{20};  // of a file system: a file may look as much younger
// While a turn runs, tools that are not git may have one for longer.
constexpr std::chrono::seconds lock_age_in_turn{60};
constexpr std::size_t subject_bytes_max = 72;

std::string commit_subject(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n#");
    if (begin == std::string::npos) return "Changes by the agent";
    std::string line = text.substr(begin, text.find_first_of("\r\n", begin) - begin);
    return cut_text(std::move(line), subject_bytes_max);
}

void drain_descriptor(const Fd& fd) {
    char buffer[4096];
    while (::read(fd.get(), buffer, sizeof buffer) > 0) {
    }
}

/// The locks that a git left behind which was killed, with all that a turn had left running, hinder nobody.
void commit_despite_locks(const git::Repository& repository, const git::Identity& identity, const std::string& text) {
    const Fd changes(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    inotify_add_watch(changes.get(), repository.git_directory().c_str(), IN_DELETE | IN_MOVED_FROM);
    const auto patience_ends = SteadyClock::now() + lock_age;
    for (;;) {
        try {
            repository.commit_all(identity, text);
            return;
        } catch (const Error& error) {
            if (error.code() != Errc::unavailable) throw;  // not for a lock
            if (SteadyClock::now() > patience_ends &&
                !git::remove_abandoned_locks(repository.directory(), repository.git_directory(), lock_age))
                throw;
        }
        PollSet set;
        set.add(changes.get(), POLLIN);
        set.wait_until(patience_ends + clock_step);
        drain_descriptor(changes);
    }
}

void clear_old_locks(const std::filesystem::path& checkout) {
    git::remove_abandoned_locks(checkout, checkout / ".git", lock_age_in_turn);
}

}

GitWatch::GitWatch(std::vector<WorkspaceRepo> repos, git::Identity identity, git::RemoteOptions options,
                   ReportSink& sink, Logger& logger)
    : identity_(std::move(identity)),
      options_(std::move(options)),
      sink_(sink),
      logger_(logger),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      inotify_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    options_.stop = cut_.get_token();
    for (WorkspaceRepo& repo : repos) tracked_.push_back({.repo = std::move(repo)});
    watch_logs();
}

GitWatch::~GitWatch() {
    if (!thread_.joinable()) return;
    finish(false);
    cut_.request_stop();
    thread_.join();
}

void GitWatch::watch_logs() {
    // Every commit, reset and checkout adds a line to logs/HEAD. Without inotify the scan after each turn still sees
    // all.
    for (const Tracked& tracked : tracked_) {
        const std::filesystem::path logs = tracked.repo.path / ".git/logs";
        if (inotify_ && inotify_add_watch(inotify_.get(), logs.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
            logger_.log(LogLevel::warning, "commits are only seen at the end of each turn",
                        {{"repository", tracked.repo.path.string()}, {"error", std::to_string(errno)}});
    }
}

void GitWatch::start() {
    eventfd_write(wake_.get(), 1);  // what an earlier runner left is looked at at once
    thread_ = std::thread([this] { run(); });
}

void GitWatch::publish(std::chrono::milliseconds patience) {
    {
        auto held = scanning_.lock();
        for (Tracked& tracked : tracked_) report_commits(tracked);
    }
    auto passes = passes_.lock();
    const std::int64_t mine = ++passes->asked;
    eventfd_write(wake_.get(), 1);
    if (passes.wait_until(SteadyClock::now() + patience, [mine](const Passes& p) { return p.done >= mine; })) return;
    if (!passes->push || passes->push->is_told || SteadyClock::now() - passes->push->began < patience / 2) return;
    passes->push->is_told = true;
    tell_of_slow_push(*passes->push);
}

/// Whoever looks at the agent would not know why its work is not on the origin.
void GitWatch::tell_of_slow_push(const Push& push) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(SteadyClock::now() - push.began).count();
    report(reports::push_failed(
        push.clone_url, push.branch,
        Error(Errc::unavailable,
              "the push of \"" + push.branch + "\" has had no answer for " + std::to_string(seconds) + " s")
            .with_hint("It is still under way; if it stays so, look at the origin's hooks and at the network.")));
}

void GitWatch::follow_bases(std::chrono::milliseconds patience) {
    auto passes = passes_.lock();
    const std::int64_t mine = ++passes->asked;
    passes->follow = passes->quiet = true;
    eventfd_write(wake_.get(), 1);
    passes.wait_until(SteadyClock::now() + patience, [mine](const Passes& p) { return p.done >= mine; });
    passes->quiet = false;
}

void GitWatch::set_conflict_resolution(const std::string& clone_url, const std::string& resolution) {
    auto held = scanning_.lock();
    for (Tracked& tracked : tracked_)
        if (tracked.repo.clone_url == clone_url) tracked.repo.conflict_resolution = resolution;
}

std::vector<WorkspaceRepo> GitWatch::repos() {
    auto held = scanning_.lock();
    std::vector<WorkspaceRepo> out;
    for (const Tracked& tracked : tracked_) out.push_back(tracked.repo);
    return out;
}

int GitWatch::commit_changes(const std::string& text) {
    int count = 0;
    auto held = scanning_.lock();
    for (const Tracked& tracked : tracked_) {
        const git::Repository repository(tracked.repo.path);
        if (!repository.under_way().empty() || !repository.is_dirty()) continue;
        commit_despite_locks(repository, identity_, commit_subject(text) + "\n");
        ++count;
    }
    return count;
}

void GitWatch::finish(bool push) {
    auto passes = passes_.lock();
    passes->last = true;
    passes->push_last = push;
    eventfd_write(wake_.get(), 1);
}

bool GitWatch::wait_finished(std::chrono::milliseconds patience) {
    return passes_.lock().wait_until(SteadyClock::now() + patience, [](const Passes& p) { return p.ended; });
}

bool GitWatch::end() {
    cut_.request_stop();
    if (wait_finished(cut_time)) {
        thread_.join();
        return true;
    }
    *is_left_.lock() = true;
    thread_.detach();
    return false;
}

void GitWatch::run() {
    for (Passes request; !request.last;) {
        wait_for_change(next_retry());
        request = take_request();
        if (request.last && !request.push_last) break;
        if (request.follow && !request.last)
            for (Tracked& tracked : tracked_) follow_base(tracked);
        {
            auto held = scanning_.lock();
            for (Tracked& tracked : tracked_) report_commits(tracked);
        }
        for (Tracked& tracked : tracked_) push_new(tracked, request.last);
        passes_.lock()->done = request.asked;
        passes_.notify_all();
    }
    passes_.lock()->ended = true;
    passes_.notify_all();
}

GitWatch::Passes GitWatch::take_request() {
    auto passes = passes_.lock();
    const Passes request = *passes;
    passes->follow = false;
    return request;
}

void GitWatch::report(json::object report) {
    auto left = is_left_.lock();
    if (!*left) sink_.report(std::move(report));
}

void GitWatch::wait_for_change(SteadyClock::time_point deadline) {
    const auto wait = [this](SteadyClock::time_point until) {
        PollSet set;
        set.add(wake_.get(), POLLIN);
        set.add(inotify_.get(), POLLIN);
        set.wait_until(until);
        return set;
    };
    PollSet set = wait(deadline);
    if (set.ready(inotify_.get())) {
        const auto latest = SteadyClock::now() + settle_time_max;
        while (set.ready(inotify_.get()) && !set.ready(wake_.get()) && SteadyClock::now() < latest) {
            drain_descriptor(inotify_);
            set = wait(SteadyClock::now() + settle_time);
        }
    }
    drain_descriptor(wake_);
}

void GitWatch::follow_base(Tracked& tracked) {
    const WorkspaceRepo& repo = tracked.repo;
    if (!may_push_ || repo.branch.empty() || repo.base_branch.empty() || repo.branch == repo.base_branch) return;
    {
        auto held = scanning_.lock();
        if (repo.conflict_resolution == "none") return;
    }
    try {
        git::fetch_base(git::Repository(repo.path), repo.base_branch, options_);
        auto passes = passes_.lock();  // so that the caller waits for the end of what has begun
        if (passes->quiet) integrate_base(tracked);
    } catch (...) {
        // Pushing to an origin that does not answer is reported; the base can wait for the next turn.
        clear_old_locks(repo.path);
        logger_.log(LogLevel::warning, "looking at the base branch failed",
                    {{"repository", repo.path.string()}, {"error", current_error().message()}});
    }
}

void GitWatch::integrate_base(Tracked& tracked) {
    using Result = git::BaseMove::Result;
    auto held = scanning_.lock();
    WorkspaceRepo& repo = tracked.repo;
    report_commits(tracked);  // what is the agent's own, before the base's
    const auto strategy = repo.conflict_resolution == "rebase" ? git::BaseStrategy::rebase : git::BaseStrategy::merge;
    const git::BaseMove move =
        git::follow_base(git::Repository(repo.path), repo.branch, repo.base_branch, strategy, identity_);
    if (move.result == Result::nothing) return;
    if (move.result == Result::conflict || move.result == Result::skipped) {
        // One telling is enough, until the base moves again.
        if (std::exchange(tracked.told_of_base, move.sha) == move.sha) return;
        logger_.log(LogLevel::info, "the base branch was not brought in",
                    {{"repository", repo.path.string()}, {"reason", move.reason}});
    } else {
        repo.head = move.head;  // none of it is the agent's work
        tracked.told_of_base.clear();
    }
    report(reports::base_moved(repo.clone_url, repo.base_branch, move));
}

void GitWatch::report_commits(Tracked& tracked) {
    WorkspaceRepo& repo = tracked.repo;
    try {
        const git::Repository repository(repo.path);
        const std::string tip = repository.branch_tip(repo.branch);
        if (tip.empty() || tip == repo.head) return;
        const auto facts = repository.commits_between(repo.head, tip, repo.base_branch);
        if (!facts.empty()) report(reports::commits(repo.clone_url, facts));
        repo.head = tip;
    } catch (...) {
        // A repository that the agent broke is the agent's to repair: the next scan looks again.
        logger_.log(LogLevel::warning, "looking for commits failed",
                    {{"repository", repo.path.string()}, {"error", current_error().message()}});
    }
}

void GitWatch::push_new(Tracked& tracked, bool last_chance) {
    if (!may_push_) return;
    const WorkspaceRepo& repo = tracked.repo;
    std::string tip;
    try {
        const git::Repository repository(repo.path);
        tip = repository.branch_tip(repo.branch);
        if (tip.empty() || tip == repository.origin_tip(repo.branch)) return;
        if (!last_chance && tip == tracked.failed && tracked.retry_at && SteadyClock::now() < *tracked.retry_at) return;
        passes_.lock()->push = Push{repo.clone_url, repo.branch, SteadyClock::now()};
        repository.push(repo.branch, options_);
        passes_.lock()->push.reset();
        {
            auto held = scanning_.lock();
            report_commits(tracked);  // a commit is told before its push
        }
        report(reports::pushed(repo.clone_url, repo.branch, repository.origin_tip(repo.branch)));
        tracked.failed.clear();
        tracked.retry_at.reset();
    } catch (...) {
        const Error error = current_error();
        passes_.lock()->push.reset();
        clear_old_locks(repo.path);  // it may have been one that was in the way
        const bool again = tip == tracked.failed;
        tracked.retry_delay = again ? std::min(tracked.retry_delay * 2, retry_max) : retry_min;
        tracked.retry_at = SteadyClock::now() + tracked.retry_delay;
        tracked.failed = tip;
        if (!again) report(reports::push_failed(repo.clone_url, repo.branch, error));
    }
}

SteadyClock::time_point GitWatch::next_retry() const {
    auto next = SteadyClock::time_point::max();
    for (const Tracked& tracked : tracked_)
        if (tracked.retry_at) next = std::min(next, *tracked.retry_at);
    return next;
}

}
