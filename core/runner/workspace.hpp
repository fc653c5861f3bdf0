#pragma once

#include <filesystem>
#include <functional>
#include <murmur/error.hpp>
#include <optional>
#include <string>
#include <vector>

#include "git/identity.hpp"
#include "git/remote_options.hpp"
#include "runner/frames.hpp"
#include "runner/git_watch.hpp"
#include "runner/reports.hpp"

namespace murmur::runner {

/// The folders of one agent below the machine's own: workspace/<repository>, home, and bin with murmur in it.
struct Workspace {
    std::filesystem::path directory;  ///< where the agent works: the first checkout, or the empty workspace
    std::filesystem::path home;
    std::filesystem::path programs;  ///< to be the first in the agent's PATH
    git::Identity identity;
    std::vector<WorkspaceRepo> repos;
    /// In place of a checkout there are files without git, or it is damaged: work that is not to be lost.
    struct Unready {
        WorkspaceRepo repo;
        std::optional<Error> damage;  ///< absent: the files can be made a checkout again
    };
    std::vector<Unready> unready;
    bool has_work = false;  ///< a checkout, perhaps with work in it, is there from before

    /// All that may hold work.
    std::vector<WorkspaceRepo> places() const;
};

/// Puts what was saved into a checkout that was just made and has no name yet, see SnapshotRestorer::restore_checkout.
/// Returns the commit that is then checked out, or nothing. Empty: there is nothing to restore.
using RestoreCheckout = std::function<std::string(const std::filesystem::path& path, const RepoAssignment& repo)>;

/// The workspace as it is on this disk: with those of the repositories that are there, what an earlier runner left
/// half-done taken away. Reports nothing. What cannot be opened, or is a checkout of something else, hinders nothing
/// here: it is among the unready ones.
Workspace open_workspace(const std::filesystem::path& machine_directory, const Assignment& assignment);

/// Makes `workspace` whole: clones what is missing, makes and pushes the agent's branches, and reports each step. Files
/// without git are kept as changes in a fresh clone that is made around them.
///
/// Throws the first damage, before anything is done, and what cloning and pushing throw, with the repository in the
/// context; `cancelled` when `options.stop` says so.
void prepare_workspace(Workspace& workspace, const std::filesystem::path& machine_directory,
                       const Assignment& assignment, const git::RemoteOptions& options, const RestoreCheckout& restore,
                       ReportSink& sink);

/// Makes the files without git checkouts again, and nothing else, so that they can be saved. A failure is reported as
/// an ERROR event, and leaves them as they are.
void recover_files(Workspace& workspace, const std::filesystem::path& machine_directory, const Assignment& assignment,
                   const git::RemoteOptions& options, ReportSink& sink);

/// Makes the link that tells where the agent works, for people and programs that come from outside.
void link_work(const Workspace& workspace, const std::filesystem::path& machine_directory);

/// Lets the agent find `murmur`: a link to the program in `directory`, if it is there.
void offer_murmur(const Workspace& workspace, const std::filesystem::path& directory);

}
