#include "base/disk_space.hpp"

#include <sys/statvfs.h>

#include <array>
#include <cerrno>
#include <murmur/error.hpp>

namespace murmur {

DiskSpace disk_space(const std::filesystem::path& path) {
    struct statvfs found {};
    while (::statvfs(path.c_str(), &found) != 0)
        if (errno != EINTR) throw system_error(errno, "cannot look at the disk of \"" + path.string() + "\"");
    return {std::uint64_t{found.f_bavail} * found.f_frsize, std::uint64_t{found.f_blocks} * found.f_frsize};
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array units{"bytes", "kB", "MB", "GB", "TB"};
    std::uint64_t tenths = bytes * 10;
    std::size_t unit = 0;
    for (; tenths >= 10'000 && unit + 1 < units.size(); ++unit) tenths /= 1000;
    std::string text = std::to_string(tenths / 10);
    if (tenths < 100 && tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
    return text + " " + units[unit];
}

}
