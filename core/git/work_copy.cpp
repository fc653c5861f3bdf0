#include "git/work_copy.hpp"

#include <base/file.hpp>
#include <murmur/error.hpp>

#include "git/commits.hpp"

namespace murmur::git {

namespace {

namespace fs = std::filesystem;

void check_out_detached(const fs::path& directory, const std::string& head) {
    const Repository copy(directory);
    const git_oid oid = to_oid(head);
    check(git_repository_set_head_detached(copy.get(), &oid), "checking out the copy");
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    options.checkout_strategy = GIT_CHECKOUT_FORCE;
    check(git_checkout_head(copy.get(), &options), "checking out the copy");
}

void copy_changed_file(const fs::path& from, const fs::path& to) {
    fs::remove_all(to);
    if (!fs::exists(fs::symlink_status(from))) return;
    fs::create_directories(to.parent_path());
    if (fs::is_regular_file(fs::symlink_status(from)) || fs::is_symlink(from))
        fs::copy(from, to, fs::copy_options::copy_symlinks);
}

}

void make_work_copy(const Repository& repository, const fs::path& directory) {
    git_repository* raw = nullptr;
    fs::create_directories(directory);
    check(git_repository_init(&raw, directory.c_str(), 0), "making a copy of the work tree");
    RepositoryHandle(raw).reset();
    const fs::path objects = directory / ".git/objects";
    fs::create_directories(objects / "info");
    write_file_atomically(objects / "info/alternates", (repository.git_directory() / "objects").string() + "\n", 0600);
    if (const std::string head = repository.head(); !head.empty()) check_out_detached(directory, head);

    git_status_options options = GIT_STATUS_OPTIONS_INIT;
    options.flags =
        GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS | GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
    git_status_list* raw_list = nullptr;
    check(git_status_list_new(&raw_list, repository.get(), &options), "looking for changes");
    const StatusListHandle list(raw_list);
    for (std::size_t i = 0; i < git_status_list_entrycount(list.get()); ++i) {
        const git_status_entry* entry = git_status_byindex(list.get(), i);
        const git_diff_delta* delta = entry->index_to_workdir ? entry->index_to_workdir : entry->head_to_index;
        if (delta) copy_changed_file(repository.directory() / delta->new_file.path, directory / delta->new_file.path);
    }
}

}
