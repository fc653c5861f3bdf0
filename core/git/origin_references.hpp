#pragma once

#include <git2.h>

namespace murmur::git {

/// Has a fresh clone know the branches and tags of `remote`, its origin, all of whose objects have just been
/// downloaded: as one file of packed references, whatever their number. The branch that the origin's HEAD names
/// becomes a local one, and HEAD; without one, HEAD stays as it was made.
void take_over_references(git_repository* clone, git_remote* remote);

}
