#include "git/nested.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <murmur/error.hpp>
#include <optional>

#include "git/clone_url.hpp"
#include "git/commits.hpp"

namespace murmur::git {

namespace {

namespace fs = std::filesystem;

bool is_submodule(git_index* index, const std::string& path) {
    const git_index_entry* entry = git_index_get_bypath(index, path.c_str(), 0);
    return entry && entry->mode == GIT_FILEMODE_COMMIT;
}

std::string without_slash(std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    return path;
}

struct AddFiles {
    fs::path directory;
    git_index* index;
    NestedRepositories wanted;
    std::set<std::string> left_out = {};
    std::optional<Error> failure = {};

    /// 0: add or remove it, 1: leave it as it is in the index.
    static int on_match(const char* path, const char*, void* payload) {
        auto& self = *static_cast<AddFiles*>(payload);
        try {
            struct stat facts {};
            if (::lstat((self.directory / path).c_str(), &facts) != 0) return 0;  // deleted
            if (S_ISREG(facts.st_mode) || S_ISLNK(facts.st_mode)) return 0;
            if (!S_ISDIR(facts.st_mode)) return 1;
            const std::string name = without_slash(path);
            if (self.wanted == NestedRepositories::known && is_submodule(self.index, name)) return 0;
            self.left_out.insert(name);
            return 1;
        } catch (...) {
            self.failure = current_error();
            return -1;
        }
    }
};

/// Whether its origin has its HEAD, and nothing there is changed.
bool is_on_its_origin(const Repository& nested) {
    const std::string head = nested.head();
    if (head.empty() || nested.is_dirty()) return false;
    git_revwalk* raw = nullptr;
    check(git_revwalk_new(&raw, nested.get()), "reading the history");
    const RevwalkHandle walk(raw);
    const git_oid oid = to_oid(head);
    check(git_revwalk_push(walk.get(), &oid), "reading the history");
    const int hidden = git_revwalk_hide_glob(walk.get(), "refs/remotes/origin/*");
    git_oid next;
    return hidden == 0 && git_revwalk_next(&next, walk.get()) == GIT_ITEROVER;
}

void add_file(git_repository* repository, git_index* index, const fs::path& file, const std::string& path) {
    git_index_entry entry{};
    check(git_blob_create_from_disk(&entry.id, repository, file.c_str()), "adding \"" + path + "\"");
    const bool is_link = fs::is_symlink(file);
    struct stat facts {};
    const bool is_program = ::lstat(file.c_str(), &facts) == 0 && (facts.st_mode & S_IXUSR);
    entry.mode = is_link ? GIT_FILEMODE_LINK : is_program ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB;
    entry.path = path.c_str();
    check(git_index_add(index, &entry), "adding \"" + path + "\"");
}

/// All files below but git's own, and those that `nested` ignores.
void add_tree(const Repository& repository, git_index* index, const fs::path& directory, git_repository* nested) {
    fs::recursive_directory_iterator entry(directory), end;
    for (; entry != end; ++entry) {
        const fs::path file = entry->path();
        const bool is_git = file.filename() == ".git";
        int ignored = 0;
        if (nested) git_ignore_path_is_ignored(&ignored, nested, file.lexically_relative(directory).c_str());
        const fs::file_status status = entry->symlink_status();
        if (is_git || ignored) {
            if (fs::is_directory(status)) entry.disable_recursion_pending();
        } else if (fs::is_regular_file(status) || fs::is_symlink(status)) {
            add_file(repository.get(), index, file, file.lexically_relative(repository.directory()));
        }
    }
}

}

std::set<std::string> add_files(git_repository* repository, git_index* index, NestedRepositories wanted) {
    AddFiles files{git_repository_workdir(repository), index, wanted};
    const int result = git_index_add_all(index, nullptr, GIT_INDEX_ADD_DEFAULT, AddFiles::on_match, &files);
    if (files.failure) throw *files.failure;
    check(result, "adding the changes");
    return std::move(files.left_out);
}

void take_nested(const Repository& repository, git_index* index, const std::string& path,
                 std::vector<std::string>& notes) {
    const fs::path directory = repository.directory() / path;
    std::optional<Repository> nested;
    std::string head, url;
    bool is_safe = false;
    try {
        nested.emplace(directory);
        head = nested->head();
        url = without_password(nested->origin_url());
        is_safe = is_on_its_origin(*nested);
    } catch (const Error&) {
        // Whatever is wrong with it, its files can be kept.
    }
    if (is_safe && is_submodule(index, path)) {
        git_index_entry entry{};
        entry.id = to_oid(head);
        entry.mode = GIT_FILEMODE_COMMIT;
        entry.path = path.c_str();
        return check(git_index_add(index, &entry), "adding \"" + path + "\"");
    }
    if (is_safe) {
        notes.push_back("\"" + path + "\" is not put back: it is a clone of " + url + " at " + head +
                        " without changes");
        return;
    }
    if (git_index_get_bypath(index, path.c_str(), 0))
        check(git_index_remove(index, path.c_str(), 0), "adding \"" + path + "\"");
    add_tree(repository, index, directory, nested ? nested->get() : nullptr);
    notes.push_back("\"" + path + "\" was a repository of its own with work that its origin does not have; its files " +
                    "are put back, its history is not");
}

}
