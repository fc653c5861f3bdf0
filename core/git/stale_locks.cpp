#include "git/stale_locks.hpp"

#include <vector>

namespace murmur::git {

namespace {

namespace fs = std::filesystem;

void collect_lock(const fs::directory_entry& entry, std::vector<fs::path>& stale) {
    std::error_code ignored;
    if (entry.path().extension() == ".lock" && entry.is_regular_file(ignored)) stale.push_back(entry.path());
}

void collect_locks_of(const fs::path& directory, std::vector<fs::path>& stale) {
    std::error_code ignored;
    for (fs::directory_iterator entry(directory, ignored), end; entry != end; entry.increment(ignored))
        collect_lock(*entry, stale);
}

/// One of the up to 256 folders with the loose objects. There are no locks in it, but many files.
bool has_loose_objects(const fs::path& directory) {
    return directory.parent_path().filename() == "objects" && directory.filename().native().size() == 2;
}

void collect_locks_below(const fs::path& directory, std::vector<fs::path>& stale) {
    std::error_code ignored;
    for (fs::recursive_directory_iterator entry(directory, ignored), end; entry != end; entry.increment(ignored)) {
        if (has_loose_objects(entry->path())) entry.disable_recursion_pending();
        collect_lock(*entry, stale);
    }
}

}

void remove_stale_locks(const fs::path& git_directory) {
    std::vector<fs::path> stale;
    for (const char* folder : {"", "objects", "objects/pack"}) collect_locks_of(git_directory / folder, stale);
    for (const char* folder : {"refs", "logs", "objects/info", "worktrees", "modules"})
        collect_locks_below(git_directory / folder, stale);
    std::error_code ignored;
    for (const fs::path& lock : stale) fs::remove(lock, ignored);
}

}
