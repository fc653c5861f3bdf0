#pragma once

#include <set>
#include <string>
#include <vector>

#include "git/repository.hpp"

namespace murmur::git {

/// Which of the repositories within a work tree are added as what git records of one, its commit.
enum class NestedRepositories { none, known };

/// Makes the index what the files of the work tree are: untracked files too, ignored ones not. Returns the changed
/// repositories within that were left out, and leaves out what is neither file nor link.
std::set<std::string> add_files(git_repository* repository, git_index* index, NestedRepositories wanted);

/// What is to be saved of the repository at `path`, which was left out: nothing when its origin has all of it, else its
/// files. A submodule without work stays one. Notes what will not come back exactly as it was.
void take_nested(const Repository& repository, git_index* index, const std::string& path,
                 std::vector<std::string>& notes);

}
