#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace murmur {

struct DiskSpace {
    std::uint64_t free = 0;  ///< bytes, for those without special rights
    std::uint64_t total = 0;
};

/// Of the file system that holds `path`, which must exist. Throws what the system says.
DiskSpace disk_space(const std::filesystem::path& path);

/// "1.5 GB", "24 MB", "312 kB", "17 bytes": for people.
std::string bytes_text(std::uint64_t bytes);

}
