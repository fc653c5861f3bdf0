#pragma once

#include <filesystem>

#include "git/identity.hpp"
#include "git/remote_options.hpp"
#include "runner/frames.hpp"
#include "runner/git_watch.hpp"
#include "runner/reports.hpp"
#include "runner/workspace.hpp"

namespace murmur::runner {

/// The checkout of an earlier incarnation, which nobody works in now: its locks are taken away, and what the agent left
/// in it is kept as it is, the names and places of its remotes too.
///
/// Throws data_loss when it is damaged, failed_precondition when it is a checkout of something else.
WorkspaceRepo reopen_checkout(const RepoAssignment& wanted, const std::filesystem::path& path);

/// Clones beside the workspace, so that a checkout has its name only when it is whole. Files that are there without git
/// stay as they are, as uncommitted changes of the clone; what `restore` puts back uncommitted is then a branch.
WorkspaceRepo make_checkout(const RepoAssignment& wanted, const std::filesystem::path& path,
                            const git::Identity& identity, const git::RemoteOptions& options,
                            const RestoreCheckout& restore, ReportSink& sink);

}
