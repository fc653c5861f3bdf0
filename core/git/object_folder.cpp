#include "git/object_folder.hpp"

#include <chrono>
#include <string>

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

}
