#include "git/stale_locks.hpp"

#include <algorithm>
#include <fstream>
#include <string>
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

std::vector<fs::path> find_locks(const fs::path& git_directory) {
    std::vector<fs::path> locks;
    for (const char* folder : {"", "objects", "objects/pack"}) collect_locks_of(git_directory / folder, locks);
    for (const char* folder : {"refs", "logs", "objects/info", "worktrees", "modules"})
        collect_locks_below(git_directory / folder, locks);
    return locks;
}

bool is_git_in(const fs::path& process, const fs::path& work_tree) {
    std::string name;
    std::ifstream(process / "comm") >> name;
    if (!name.starts_with("git")) return false;
    std::error_code gone;
    const fs::path place = fs::read_symlink(process / "cwd", gone);
    return !gone &&
           std::mismatch(work_tree.begin(), work_tree.end(), place.begin(), place.end()).first == work_tree.end();
}

bool is_git_at_work(const fs::path& work_tree) {
    std::error_code ignored;
    for (fs::directory_iterator entry("/proc", ignored), end; entry != end; entry.increment(ignored))
        if (is_git_in(entry->path(), work_tree)) return true;
    return false;
}

}

void remove_stale_locks(const fs::path& git_directory) {
    std::error_code ignored;
    for (const fs::path& lock : find_locks(git_directory)) fs::remove(lock, ignored);
}

bool remove_abandoned_locks(const fs::path& work_tree, const fs::path& git_directory, std::chrono::seconds age) {
    const auto latest = fs::file_time_type::clock::now() - age;
    std::vector<fs::path> locks = find_locks(git_directory);
    std::erase_if(locks, [&](const fs::path& lock) {
        std::error_code gone;
        const auto made = fs::last_write_time(lock, gone);
        return gone || made > latest;
    });
    std::error_code missing;
    if (locks.empty() || is_git_at_work(fs::canonical(work_tree, missing))) return false;
    bool removed = false;
    for (const fs::path& lock : locks) removed = fs::remove(lock, missing) || removed;
    return removed;
}

}
