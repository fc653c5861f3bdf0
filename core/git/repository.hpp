#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "git/handles.hpp"
#include "git/identity.hpp"
#include "git/remote_options.hpp"

namespace murmur::git {

struct CommitFact {
    std::string sha;
    std::string subject;
    std::vector<std::string> files;  ///< against the first parent; at most `files_per_commit_max`
};

inline constexpr std::size_t files_per_commit_max = 200;  // enough to route by; a vendored tree would flood the record
inline constexpr std::size_t commits_per_report_max = 1000;

/// A checkout. One thread at a time.
class Repository {
public:
    /// Throws not_found when there is none, failed_precondition when it belongs to someone else.
    explicit Repository(const std::filesystem::path& directory);

    git_repository* get() const { return handle_.get(); }
    std::filesystem::path directory() const;
    /// The folder ".git".
    std::filesystem::path git_directory() const;

    /// The commit of refs/heads/<branch>; empty when there is none.
    std::string branch_tip(const std::string& branch) const;
    /// What the origin (see find_origin()) had under that name when last heard of; empty when nothing.
    std::string origin_tip(const std::string& branch) const;
    /// The commit checked out; empty in an empty repository.
    std::string head() const;
    /// The branch checked out; empty when HEAD is detached.
    std::string head_branch() const;
    /// Of the remote "origin".
    std::string origin_url() const;

    /// Oldest first: what `to` has that `from` (a commit or empty) and the origin's `base_branch` have not.
    std::vector<CommitFact> commits_between(const std::string& from, const std::string& to,
                                            const std::string& base_branch) const;

    /// Changes of tracked files, or untracked ones that are not ignored.
    bool is_dirty() const;
    /// What someone is in the middle of ("merge", "rebase", …), so that a commit would not be what it looks like; empty
    /// when nothing is under way.
    std::string under_way() const;
    /// Commits everything that is_dirty() sees on the branch that is checked out. Returns the new commit.
    std::string commit_all(const Identity& identity, const std::string& message) const;

    /// Pushes the branch under its own name and notes the origin's new tip. A rewritten branch replaces the origin's
    /// only if nobody else has moved it meanwhile.
    ///
    /// Throws permission_denied with the origin's own words when it refuses, aborted when someone else moved the
    /// branch, and what the transport says.
    void push(const std::string& branch, const RemoteOptions& options) const;

private:
    Library library_;
    RepositoryHandle handle_;
};

/// `preferred` where it is given, else git's configuration for `repository`, else `account` and account@localhost.
Identity resolve_identity(const Repository* repository, const Identity& preferred, const std::string& account);

}
