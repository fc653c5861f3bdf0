#include "git/object_folder.hpp"

#include <git2.h>

#include <chrono>
#include <murmur/error.hpp>
#include <string>

#include "git/handles.hpp"

namespace murmur::git {

namespace fs = std::filesystem;

namespace {

/// More than a step of any Linux file system's clock (at most 10 ms), and less than anyone waits for.
constexpr std::chrono::milliseconds clock_step{20};

std::vector<fs::path> folders_of_objects(const fs::path& repository) {
    const fs::path inner = repository / ".git/objects";
    const fs::path objects = fs::exists(inner) ? inner : repository / "objects";
    std::vector<fs::path> folders{objects, objects / "pack"};
    constexpr char digits[] = "0123456789abcdef";
    for (const char* high = digits; *high; ++high)
        for (const char* low = digits; *low; ++low) folders.push_back(objects / std::string{*high, *low});
    return folders;
}

/// Of someone who is writing just now.
bool is_unfinished(const fs::path& file) {
    const std::string name = file.filename();
    return name.starts_with("tmp_") || name.starts_with(".tmp-") || name.ends_with(".lock");
}

void link_file(const fs::path& from, const fs::path& to) {
    std::error_code refused;
    fs::create_hard_link(from, to, refused);  // another file system, another owner, too many links: a copy
    if (refused) fs::copy_file(from, to);
}

}

ObjectFolderTimes::ObjectFolderTimes(const fs::path& repository) {
    const auto now = fs::file_time_type::clock::now();
    for (const fs::path& folder : folders_of_objects(repository)) {
        std::error_code missing;
        const auto changed = fs::last_write_time(folder, missing);
        changed_.push_back(missing ? fs::file_time_type::min() : changed);
        if (!missing && changed + clock_step > now) is_settled_ = false;
    }
}

bool ObjectFolderTimes::is_unchanged_in(const ObjectFolderTimes& later) const {
    return is_settled_ && changed_ == later.changed_;
}

fs::path objects_of(const fs::path& repository) {
    git_repository* raw = nullptr;
    check(git_repository_open_ext(&raw, repository.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr),
          "opening the repository \"" + repository.string() + "\"");
    const RepositoryHandle opened(raw);
    git_buf path = GIT_BUF_INIT;
    const int result = git_repository_item_path(&path, raw, GIT_REPOSITORY_ITEM_OBJECTS);
    const fs::path found = result == 0 ? path.ptr : "";
    git_buf_dispose(&path);
    check(result, "finding the objects of \"" + repository.string() + "\"");
    return found;
}

void link_objects(const fs::path& from, const fs::path& to, const std::stop_token& stop) {
    for (fs::recursive_directory_iterator entry(from), end; entry != end; ++entry) {
        if (stop.stop_requested()) throw Error(Errc::cancelled, "linking the objects was cut short");
        const fs::path target = to / entry->path().lexically_relative(from);
        if (is_unfinished(entry->path())) {
            entry.disable_recursion_pending();
        } else if (entry->is_directory()) {
            fs::create_directory(target);
        } else if (entry->is_regular_file()) {
            link_file(entry->path(), target);
        }
    }
}

}
