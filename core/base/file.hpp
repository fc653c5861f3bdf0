#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace murmur {

/// A file descriptor that closes itself.
class Fd {
public:
    Fd() = default;
    explicit Fd(int number) noexcept : number_(number) {}
    Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.number_, -1));
        return *this;
    }
    ~Fd() { reset(); }

    int get() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }
    int release() noexcept { return std::exchange(number_, -1); }
    void reset(int number = -1) noexcept;

private:
    int number_ = -1;
};

/// The whole content. Throws not_found and the like with the path, and resource_exhausted above `bytes_max`.
std::string read_file(const std::filesystem::path& path, std::size_t bytes_max = 64 << 20);

/// Writes beside the file, syncs, and renames: readers see the old content or the new, also after a crash.
void write_file_atomically(const std::filesystem::path& path, std::string_view content, mode_t mode);

/// Takes an exclusive lock on the file (made if missing), without waiting. An empty Fd when someone else has it.
Fd try_lock_file(const std::filesystem::path& path);

}
