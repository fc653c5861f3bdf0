#pragma once

#include <string>
#include <vector>

#include "git/identity.hpp"
#include "git/remote_options.hpp"
#include "git/repository.hpp"

namespace murmur::git {

enum class BaseStrategy { merge, rebase };

/// What following the base branch came to.
struct BaseMove {
    enum class Result {
        nothing,   ///< the branch has all of it already
        merged,    ///< or moved forward
        rebased,   ///< the branch was rewritten
        conflict,  ///< nothing was changed; `files` are in conflict
        skipped,   ///< nothing was changed, for `reason`
    };
    Result result = Result::nothing;
    std::string sha;   ///< of the base
    std::string head;  ///< of the branch, afterwards
    std::vector<std::string> files = {};
    std::string reason = {};
};

/// Asks the origin where `base_branch` is now. Throws what the transport says.
void fetch_base(const Repository& repository, const std::string& base_branch, const RemoteOptions& options);

/// Brings into `branch`, which should be checked out, what fetch_base() found. All of it is tried in memory first, so a
/// conflict leaves commits, index and files as they were; so does a work tree that has changes or where someone is in
/// the middle of something.
BaseMove follow_base(const Repository& repository, const std::string& branch, const std::string& base_branch,
                     BaseStrategy strategy, const Identity& identity);

}
