#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "base/disk_space.hpp"

namespace murmur {

/// Room on a disk that is held back for when it is full. For one thread.
class DiskReserve {
public:
    virtual ~DiskReserve();
    /// Holds the room back (again), if there is enough beside it. Whether it is held back now.
    virtual bool fill() = 0;
    /// Lets go of it. False: there was nothing to let go of.
    virtual bool give_up() = 0;
    /// After give_up(): most of that room is used up, too.
    virtual bool is_low() = 0;
};

/// A file of 4 MiB, or of an eighth of a smaller disk. It is there as soon as fill() has returned true.
std::unique_ptr<DiskReserve> open_disk_reserve(
    std::filesystem::path file, std::function<DiskSpace(const std::filesystem::path&)> look_at_disk = disk_space);

}
