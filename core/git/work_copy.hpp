#pragma once

#include <filesystem>

#include "git/repository.hpp"

namespace murmur::git {

/// Makes `directory`, which must not exist, a repository of its own in the state of `repository`: the same commit,
/// detached, and the same uncommitted and untracked files, but not the ignored ones. It borrows the objects, so it must
/// not outlive the other; nothing that is done in it changes the other, and it has no origin.
void make_work_copy(const Repository& repository, const std::filesystem::path& directory);

}
