#pragma once

#include <chrono>
#include <filesystem>

namespace murmur::git {

/// Removes every lock file of git's, and of the index that saves are made with, from a folder ".git", those of its
/// submodules and worktrees too. Only for when whoever made them is gone. What cannot be removed stays; it is named by
/// whatever fails on it.
void remove_stale_locks(const std::filesystem::path& git_directory);

/// The same while others may be at work there: only locks that have been there for `age`, and none while a git runs in
/// `work_tree`. Returns whether one was removed.
bool remove_abandoned_locks(const std::filesystem::path& work_tree, const std::filesystem::path& git_directory,
                            std::chrono::seconds age);

}
