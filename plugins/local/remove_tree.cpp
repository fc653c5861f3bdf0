#include "remove_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "murmur/error.hpp"
#include "unique_fd.hpp"

namespace murmur::local {

namespace {

// One open descriptor and one stack frame a level; deeper directories are first moved up to the top.
constexpr int depth_max = 32;
// A directory that is not empty after this many listings is being filled by somebody.
constexpr int listings_max = 16;

class TreeRemoval {
public:
    TreeRemoval(const std::filesystem::path& shown, const Call& call) : shown_(shown), call_(call) {}

    void run(int parent, const std::string& name) {
        const UniqueFd top = open_directory(parent, name, shown_);
        if (!top) return unlink_entry(parent, name, 0, shown_);
        struct stat facts {};
        if (::fstat(top.get(), &facts) != 0) fail(errno, shown_);
        device_ = facts.st_dev;
        top_ = top.get();
        empty_directory(top.get(), 0, shown_);
        unlink_entry(parent, name, AT_REMOVEDIR, shown_);
    }

private:
    [[noreturn]] static void fail(int errno_value, const std::filesystem::path& path) {
        const Error error = system_error(errno_value, "cannot remove \"" + path.string() + "\"");
        if (errno_value == EACCES || errno_value == EPERM)
            throw error.with_hint("It belongs to another user or is immutable: remove it with the rights it needs.");
        if (errno_value == EBUSY || errno_value == EXDEV)
            throw error.with_hint("Something is mounted there: unmount it, then repeat.");
        throw error;
    }

    /// Empty when it is no directory, or not there.
    UniqueFd open_directory(int parent, const std::string& name, const std::filesystem::path& path) const {
        constexpr int flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        UniqueFd directory(::openat(parent, name.c_str(), flags | O_RDONLY));
        if (!directory && errno == EACCES) {
            const UniqueFd closed(::openat(parent, name.c_str(), flags | O_PATH));
            // chmod() by this name reaches the opened directory itself, whatever the name means by now.
            const std::string self = "/proc/self/fd/" + std::to_string(closed.get());
            if (!closed || ::chmod(self.c_str(), 0700) != 0) fail(errno, path);
            directory = UniqueFd(::openat(parent, name.c_str(), flags | O_RDONLY));
        }
        if (!directory && errno != ENOENT && errno != ENOTDIR && errno != ELOOP) fail(errno, path);
        return directory;
    }

    void unlink_entry(int parent, const std::string& name, int flags, const std::filesystem::path& path) const {
        if (::unlinkat(parent, name.c_str(), flags) != 0 && errno != ENOENT) fail(errno, path);
    }

    static std::vector<std::string> list(int directory, const std::filesystem::path& path) {
        // A descriptor of its own: fdopendir() takes it over, and another listing begins at the start again.
        const int own = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (own < 0) fail(errno, path);
        const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own), &::closedir);
        if (!stream) fail(errno, path);
        std::vector<std::string> names;
        while (const dirent* entry = ::readdir(stream.get())) {
            const std::string_view name = entry->d_name;
            if (name != "." && name != "..") names.emplace_back(name);
        }
        return names;
    }

    void empty_directory(int directory, int depth, const std::filesystem::path& path) {
        struct stat facts {};
        if (::fstat(directory, &facts) != 0) fail(errno, path);
        if (facts.st_dev != device_) fail(EXDEV, path);
        if ((facts.st_mode & S_IRWXU) != S_IRWXU && ::fchmod(directory, 0700) != 0) fail(errno, path);
        // Directories moved up make the top's first listing incomplete: it is listed until it is empty. Each listing of
        // the top may bring new ones, so only the other levels are limited.
        for (int listing = 0; depth == 0 || listing < listings_max; ++listing) {
            call_.check();
            const std::vector<std::string> names = list(directory, path);
            if (names.empty()) return;
            for (const std::string& name : names) remove_entry(directory, name, depth, path / name);
        }
        fail(ENOTEMPTY, path);
    }

    void remove_entry(int directory, const std::string& name, int depth, const std::filesystem::path& path) {
        if (::unlinkat(directory, name.c_str(), 0) == 0 || errno == ENOENT) return;
        if (errno != EISDIR && errno != EPERM) fail(errno, path);
        const UniqueFd below = open_directory(directory, name, path);
        if (!below) return unlink_entry(directory, name, 0, path);
        if (depth >= depth_max && directory != top_) {
            const std::string moved = ".moved-up-" + std::to_string(++moved_count_);
            // Renaming a directory needs the right to change its "..".
            if (::fchmod(below.get(), 0700) != 0) fail(errno, path);
            if (::renameat(directory, name.c_str(), top_, moved.c_str()) == 0) return;
            // An interrupted removal may have used the name: then another listing tries the next one.
            if (errno != ENOTEMPTY && errno != EEXIST) fail(errno, path);
            return;
        }
        empty_directory(below.get(), depth + 1, path);
        unlink_entry(directory, name, AT_REMOVEDIR, path);
    }

    const std::filesystem::path& shown_;
    const Call& call_;
    dev_t device_ = 0;
    int top_ = -1;
    int moved_count_ = 0;
};

}

void remove_tree(int parent, const std::string& name, const std::filesystem::path& shown, const Call& call) {
    TreeRemoval(shown, call).run(parent, name);
}

}
