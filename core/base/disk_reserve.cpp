#include "base/disk_reserve.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.hpp"

namespace murmur {

namespace {

// A decision of an agent's end takes some 100 kB of the database's log: this is enough for a few dozen of them.
constexpr std::uint64_t reserve_max = 4 << 20;
constexpr std::uint64_t reserve_part = 8;

class ReserveFile final : public DiskReserve {
public:
    ReserveFile(std::filesystem::path file, std::function<DiskSpace(const std::filesystem::path&)> look_at_disk)
        : file_(std::move(file)), look_at_disk_(std::move(look_at_disk)) {}

    bool fill() override {
        const DiskSpace disk = look_at_disk_(file_.parent_path());
        const std::uint64_t wanted = wanted_of(disk);
        if (held() >= wanted) return true;
        // As much again stays free: else the next to write would find the disk full at once.
        if (disk.free < 2 * wanted) return false;
        const Fd file(::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        if (file && ::posix_fallocate(file.get(), 0, static_cast<off_t>(wanted)) == 0) return true;
        ::unlink(file_.c_str());  // a part of it is no reserve
        return false;
    }

    bool give_up() override {
        const bool was_there = held() > 0;
        return ::unlink(file_.c_str()) == 0 && was_there;
    }

    bool is_low() override {
        const DiskSpace disk = look_at_disk_(file_.parent_path());
        return disk.free < wanted_of(disk) / 2;
    }

private:
    static std::uint64_t wanted_of(const DiskSpace& disk) { return std::min(reserve_max, disk.total / reserve_part); }
    std::uint64_t held() const {
        struct stat found {};
        return ::stat(file_.c_str(), &found) == 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
    }

    const std::filesystem::path file_;
    const std::function<DiskSpace(const std::filesystem::path&)> look_at_disk_;
};

}

DiskReserve::~DiskReserve() = default;

std::unique_ptr<DiskReserve> open_disk_reserve(std::filesystem::path file,
                                               std::function<DiskSpace(const std::filesystem::path&)> look_at_disk) {
    return std::make_unique<ReserveFile>(std::move(file), std::move(look_at_disk));
}

}
