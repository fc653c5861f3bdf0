#include "base/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <murmur/error.hpp>

#include "base/ids.hpp"

namespace murmur {

void Fd::reset(int number) noexcept {
    if (number_ >= 0) ::close(number_);
    number_ = number;
}

std::string read_file(const std::filesystem::path& path, std::size_t bytes_max) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw system_error(errno, "cannot read \"" + path.string() + "\"");
    std::string content;
    std::array<char, 65536> chunk;
    for (;;) {
        const ssize_t count = ::read(file.get(), chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error(errno, "cannot read \"" + path.string() + "\"");
        if (count == 0) return content;
        content.append(chunk.data(), static_cast<std::size_t>(count));
        if (content.size() > bytes_max)
            throw Error(Errc::resource_exhausted,
                        "\"" + path.string() + "\" is larger than " + std::to_string(bytes_max) + " bytes");
    }
}

namespace {

void write_and_sync(const std::filesystem::path& path, std::string_view content, mode_t mode) {
    const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file) throw system_error(errno, "cannot write \"" + path.string() + "\"");
    while (!content.empty()) {
        const ssize_t count = ::write(file.get(), content.data(), content.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error(errno, "cannot write \"" + path.string() + "\"");
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    if (::fsync(file.get()) != 0) throw system_error(errno, "cannot write \"" + path.string() + "\" to disk");
}

}

void write_file_atomically(const std::filesystem::path& path, std::string_view content, mode_t mode) {
    std::filesystem::path beside = path;
    beside += "." + random_hex(4) + ".tmp";
    try {
        write_and_sync(beside, content, mode);
        if (::rename(beside.c_str(), path.c_str()) != 0)
            throw system_error(errno, "cannot replace \"" + path.string() + "\"");
    } catch (...) {
        ::unlink(beside.c_str());
        throw;
    }
    const Fd folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder) ::fsync(folder.get());
}

Fd try_lock_file(const std::filesystem::path& path) {
    Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file) throw system_error(errno, "cannot open lock file \"" + path.string() + "\"");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
    if (errno != EWOULDBLOCK) throw system_error(errno, "cannot lock \"" + path.string() + "\"");
    return Fd();
}

}
