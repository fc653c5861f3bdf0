#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "git/identity.hpp"
#include "git/remote_options.hpp"
#include "runner/frames.hpp"
#include "runner/git_watch.hpp"
#include "runner/reports.hpp"

namespace murmur::runner {

/// The folders of one agent below the machine's own: workspace/<repository>, home.
struct Workspace {
    std::filesystem::path directory;  ///< where the agent works: the first checkout, or the empty workspace
    std::filesystem::path home;
    git::Identity identity;
    std::vector<WorkspaceRepo> repos;
};

/// Clones what the assignment names, makes and pushes the agent's branches, and reports each step. A checkout that is
/// there already (from an earlier incarnation on this machine) is taken as it is.
///
/// Throws what cloning and pushing throw, with the repository in the context.
Workspace prepare_workspace(const std::filesystem::path& machine_directory, const Assignment& assignment,
                            const git::RemoteOptions& options, ReportSink& sink);

/// Keeps what the origin has not in bundles <directory>/<slug>-<incarnation>-<repository>.bundle. Returns the files.
/// A repository that cannot be saved is told as an ERROR event, and the others are still saved.
std::vector<std::filesystem::path> salvage_workspace(const Workspace& workspace, const std::filesystem::path& directory,
                                                     const std::string& slug, std::int64_t incarnation,
                                                     ReportSink& sink);

}
