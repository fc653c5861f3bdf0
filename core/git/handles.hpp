#pragma once

#include <git2.h>
#include <git2/sys/repository.h>

#include <memory>
#include <string>

namespace murmur::git {

/// Frees a libgit2 object with the function that belongs to its type.
template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using RepositoryHandle = std::unique_ptr<git_repository, Freed<git_repository_free>>;
using RemoteHandle = std::unique_ptr<git_remote, Freed<git_remote_free>>;
using ReferenceHandle = std::unique_ptr<git_reference, Freed<git_reference_free>>;
using CommitHandle = std::unique_ptr<git_commit, Freed<git_commit_free>>;
using TreeHandle = std::unique_ptr<git_tree, Freed<git_tree_free>>;
using IndexHandle = std::unique_ptr<git_index, Freed<git_index_free>>;
using DiffHandle = std::unique_ptr<git_diff, Freed<git_diff_free>>;
using RevwalkHandle = std::unique_ptr<git_revwalk, Freed<git_revwalk_free>>;
using SignatureHandle = std::unique_ptr<git_signature, Freed<git_signature_free>>;
using ConfigHandle = std::unique_ptr<git_config, Freed<git_config_free>>;
using ConfigIteratorHandle = std::unique_ptr<git_config_iterator, Freed<git_config_iterator_free>>;
using StatusListHandle = std::unique_ptr<git_status_list, Freed<git_status_list_free>>;
using PackBuilderHandle = std::unique_ptr<git_packbuilder, Freed<git_packbuilder_free>>;
using BranchIteratorHandle = std::unique_ptr<git_branch_iterator, Freed<git_branch_iterator_free>>;

/// Initialises libgit2 when the first one is made, and for good: shutting down would cost the next user milliseconds,
/// and leak what libgit2 keeps for the other threads.
class Library {
public:
    Library();
};

/// Throws the Error that fits libgit2's last failure on this thread when `result` is negative.
void check(int result, const std::string& what_failed);

/// The full hexadecimal form.
std::string to_hex(const git_oid& oid);
/// Throws invalid_argument when it is not 40 hexadecimal digits.
git_oid to_oid(const std::string& hex);

}
