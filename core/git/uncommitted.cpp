#include "git/uncommitted.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <murmur/error.hpp>
#include <set>

#include "git/commits.hpp"
#include "git/nested.hpp"

namespace murmur::git {

namespace {

namespace fs = std::filesystem;

// Kept from one save to the next: it knows which of the untracked files have not changed since.
constexpr const char* kept_index_file = "murmur-uncommitted-index";

/// One that cannot be read, as someone was killed in the middle of writing it, is as good as none.
IndexHandle read_agents_index(const Repository& repository) {
    git_index* raw = nullptr;
    if (git_index_open(&raw, (repository.git_directory() / "index").c_str()) < 0)
        check(git_index_new(&raw), "making an index");
    return IndexHandle(raw);
}

IndexHandle open_kept_index(const Repository& repository) {
    const fs::path file = repository.git_directory() / kept_index_file, agents = repository.git_directory() / "index";
    std::error_code missing;
    if (!fs::exists(file, missing) && fs::exists(agents, missing)) {
        // Files as young as the index are looked at again: a copy must not look younger, not even for a moment.
        const fs::path fresh = file.string() + ".new";
        fs::copy_file(agents, fresh, fs::copy_options::overwrite_existing);
        fs::last_write_time(fresh, fs::last_write_time(agents));
        fs::rename(fresh, file);
    }
    git_index* raw = nullptr;
    if (git_index_open(&raw, file.c_str()) < 0) {
        fs::remove(file);
        check(git_index_open(&raw, file.c_str()), "opening an index");
    }
    return IndexHandle(raw);
}

bool is_ignored(const Repository& repository, const std::string& path) {
    int ignored = 0;
    check(git_ignore_path_is_ignored(&ignored, repository.get(), path.c_str()), "looking what is ignored");
    return ignored != 0;
}

/// Has `index` watch over all that the agent's does, and over nothing that is ignored by now. Returns the paths that
/// are in conflict.
std::set<std::string> follow_agents_index(const Repository& repository, git_index* index, git_index* agents) {
    std::set<std::string> conflicts;
    check(git_index_conflict_cleanup(index), "leaving a merge out");
    for (std::size_t i = 0; i < git_index_entrycount(agents); ++i) {
        git_index_entry entry = *git_index_get_byindex(agents, i);
        if (git_index_entry_stage(&entry) > 0) {
            conflicts.insert(entry.path);
        } else if (!git_index_get_bypath(index, entry.path, 0)) {
            entry.mtime = entry.ctime = {};  // to be compared by its content
            check(git_index_add(index, &entry), "following the index");
        }
    }
    std::vector<std::string> ignored;
    for (std::size_t i = 0; i < git_index_entrycount(index); ++i) {
        const std::string path = git_index_get_byindex(index, i)->path;
        if (!git_index_get_bypath(agents, path.c_str(), 0) && is_ignored(repository, path)) ignored.push_back(path);
    }
    for (const std::string& path : ignored) check(git_index_remove(index, path.c_str(), 0), "following the index");
    return conflicts;
}

/// Files that git was told not to look for are not there, and yet not deleted.
void keep_unwatched(git_index* index, git_index* agents) {
    for (std::size_t i = 0; i < git_index_entrycount(agents); ++i) {
        const git_index_entry* entry = git_index_get_byindex(agents, i);
        if ((entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) && git_index_entry_stage(entry) == 0 &&
            !git_index_get_bypath(index, entry->path, 0))
            check(git_index_add(index, entry), "following the index");
    }
}

/// Makes `index` what the files are.
void take_files(const Repository& repository, git_index* index, std::vector<std::string>& notes) {
    const IndexHandle agents = read_agents_index(repository);
    const std::set<std::string> conflicts = follow_agents_index(repository, index, agents.get());
    const std::set<std::string> nested = add_files(repository.get(), index, NestedRepositories::none);
    for (const std::string& path : conflicts) {
        struct stat facts {};
        const bool is_file = ::lstat((repository.directory() / path).c_str(), &facts) == 0 && !S_ISDIR(facts.st_mode);
        if (is_file) check(git_index_add_bypath(index, path.c_str()), "adding \"" + path + "\"");
    }
    keep_unwatched(index, agents.get());
    check(git_index_write(index), "writing the index");  // what comes now is looked at anew each time
    for (const std::string& path : nested) take_nested(repository, index, path, notes);
}

bool is_tree_of(const CommitHandle& commit, git_index* index, const git_oid& tree) {
    return commit ? git_oid_equal(git_commit_tree_id(commit.get()), &tree) != 0 : git_index_entrycount(index) == 0;
}

std::string make_commit(git_repository* repository, const git_oid& tree_id, const CommitHandle& parent,
                        const Identity& identity) {
    git_tree* raw_tree = nullptr;
    check(git_tree_lookup(&raw_tree, repository, &tree_id), "reading the changes back");
    const TreeHandle tree(raw_tree);
    // Dated as what it stands on, so that the same is the same at any time.
    const git_time_t time = parent ? git_commit_time(parent.get()) : 0;
    git_signature* raw_signature = nullptr;
    check(git_signature_new(&raw_signature, identity.name.c_str(), identity.email.c_str(), time, 0),
          "making a signature");
    const SignatureHandle signature(raw_signature);
    const git_commit* parents[] = {parent.get()};
    git_oid id;
    check(git_commit_create(&id, repository, nullptr, signature.get(), signature.get(), nullptr,
                            "Uncommitted changes, kept by murmur\n", tree.get(), parent ? 1 : 0, parents),
          "making a commit");
    return to_hex(id);
}

}

Uncommitted commit_uncommitted(const Repository& repository, const Identity& identity) {
    const Repository own(repository.directory());
    const IndexHandle index = open_kept_index(own);
    check(git_repository_set_index(own.get(), index.get()), "using an index");
    Uncommitted result;
    take_files(own, index.get(), result.notes);
    git_oid tree;
    check(git_index_write_tree(&tree, index.get()), "writing the changes");
    CommitHandle parent;
    if (const std::string head = own.head(); !head.empty()) parent = lookup_commit(own.get(), head);
    if (is_tree_of(parent, index.get(), tree)) {
        std::error_code ignored;
        fs::remove(own.git_directory() / kept_index_file, ignored);
        return result;
    }
    result.sha = make_commit(own.get(), tree, parent, identity);
    return result;
}

}
