#include "runner/repository_observer.hpp"

#include "git/work_copy.hpp"

namespace murmur::runner {

RepositoryObserver::RepositoryObserver(GitWatch& watch, std::filesystem::path machine_directory,
                                       std::chrono::milliseconds base_interval, std::chrono::milliseconds patience,
                                       TurnSaver::Save save)
    : watch_(watch),
      copies_(std::move(machine_directory) / "assessor"),
      base_interval_(base_interval),
      patience_(patience),
      save_(std::move(save)),
      looked_at_(std::chrono::steady_clock::now()) {}

void RepositoryObserver::follow_bases() {
    const auto now = std::chrono::steady_clock::now();
    if (now - looked_at_ < base_interval_) return;
    looked_at_ = now;
    watch_.follow_bases(patience_);
}

void RepositoryObserver::commit_changes(const std::string& text) { watch_.commit_changes(text); }

void RepositoryObserver::publish() { watch_.publish(patience_); }

void RepositoryObserver::apply_settings(const std::vector<RepoAssignment>& repos) {
    for (const RepoAssignment& repo : repos)
        if (!repo.conflict_resolution.empty()) watch_.set_conflict_resolution(repo.clone_url, repo.conflict_resolution);
}

std::filesystem::path RepositoryObserver::copy_work() {
    remove_copy();
    std::filesystem::create_directories(copies_);
    std::filesystem::path first;
    for (const WorkspaceRepo& repo : watch_.repos()) {
        const std::filesystem::path copy = copies_ / repo.path.filename();
        git::make_work_copy(git::Repository(repo.path), copy);
        if (first.empty()) first = copy;
    }
    return first.empty() ? copies_ : first;
}

void RepositoryObserver::remove_copy() {
    std::error_code ignored;  // what is left is overwritten by the next, and goes with the machine
    std::filesystem::remove_all(copies_, ignored);
}

}
