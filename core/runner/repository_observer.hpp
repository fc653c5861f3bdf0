#pragma once

#include <chrono>
#include <filesystem>

#include "runner/git_watch.hpp"
#include "runner/session.hpp"

namespace murmur::runner {

/// Gives the session what it needs of the repositories and of their being saved.
class RepositoryObserver final : public TurnObserver {
public:
    /// `save` saves what there is now; `base_interval` is the least time between two looks at the bases; `patience`
    /// is for an origin that does not answer.
    RepositoryObserver(GitWatch& watch, std::filesystem::path machine_directory,
                       std::chrono::milliseconds base_interval, std::chrono::milliseconds patience,
                       TurnSaver::Save save);

    void follow_bases() override;
    void commit_changes(const std::string& text) override;
    void publish() override;
    bool save(const TurnSaver::Pause& pause) override { return save_(pause); }
    void apply_settings(const std::vector<RepoAssignment>& repos) override;
    std::filesystem::path copy_work() override;
    void remove_copy() override;
    void forbid_pushing() override { watch_.forbid_pushing(); }

private:
    GitWatch& watch_;
    std::filesystem::path copies_;
    std::chrono::milliseconds base_interval_;
    std::chrono::milliseconds patience_;
    TurnSaver::Save save_;
    std::chrono::steady_clock::time_point looked_at_;  ///< at the bases: when the workspace was made, at first
};

}
