#pragma once

#include <string>

#include "git/handles.hpp"
#include "git/identity.hpp"

namespace murmur::git {

CommitHandle lookup_commit(git_repository* repository, const std::string& sha);

/// Makes a commit of all changes of the work tree on top of HEAD, using `index` (which is written). Moves `reference`.
/// Returns the commit.
std::string commit_work_tree(git_repository* repository, git_index* index, const char* reference,
                             const Identity& identity, const std::string& message);

/// Whether `newer` has `older` among its ancestors, or is it.
bool is_ancestor(git_repository* repository, const std::string& older, const std::string& newer);

}
