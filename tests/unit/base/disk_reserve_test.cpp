#include "base/disk_reserve.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

namespace murmur {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t mega = 1 << 20;

class DiskReserveTest : public testing::Test {
protected:
    DiskReserveTest() {
        std::string pattern = fs::temp_directory_path() / "reserve-XXXXXX";
        dir_ = ::mkdtemp(pattern.data());
        reserve_ = open_disk_reserve(dir_ / "reserve", [this](const fs::path&) { return disk_; });
    }
    ~DiskReserveTest() override { fs::remove_all(dir_); }
    /// Bytes of the disk that the file takes, which a file with holes does not.
    std::uint64_t held() const {
        struct stat found {};
        return ::stat((dir_ / "reserve").c_str(), &found) == 0 ? static_cast<std::uint64_t>(found.st_blocks) * 512 : 0;
    }

    DiskSpace disk_{.free = 100 * mega, .total = 1000 * mega};
    fs::path dir_;
    std::unique_ptr<DiskReserve> reserve_;
};

TEST_F(DiskReserveTest, HoldsRoomUntilItIsGivenUp) {
    EXPECT_TRUE(reserve_->fill());
    EXPECT_TRUE(reserve_->fill());
    EXPECT_GE(held(), 4 * mega);
    EXPECT_TRUE(reserve_->give_up());
    EXPECT_EQ(held(), 0u);
    EXPECT_FALSE(reserve_->give_up()) << "there is nothing left";
}

TEST_F(DiskReserveTest, ComesBackOnlyWhenThereIsRoomBesideIt) {
    disk_.free = 7 * mega;
    EXPECT_FALSE(reserve_->fill());
    EXPECT_EQ(held(), 0u);
    disk_.free = 8 * mega;
    EXPECT_TRUE(reserve_->fill());
}

TEST_F(DiskReserveTest, IsAnEighthOfASmallDisk) {
    disk_ = {.free = 3 * mega, .total = 8 * mega};
    EXPECT_TRUE(reserve_->fill());
    EXPECT_GE(held(), mega);
    EXPECT_LT(held(), 2 * mega);
}

TEST_F(DiskReserveTest, SaysWhenMostOfItIsUsedUp) {
    disk_.free = 3 * mega;
    EXPECT_FALSE(reserve_->is_low());
    disk_.free = mega;
    EXPECT_TRUE(reserve_->is_low());
}

TEST(BytesText, IsForPeople) {
    EXPECT_EQ(bytes_text(17), "17 bytes");
    EXPECT_EQ(bytes_text(999), "999 bytes");
    EXPECT_EQ(bytes_text(1500), "1.5 kB");
    EXPECT_EQ(bytes_text(24'000'000), "24 MB");
    EXPECT_EQ(bytes_text(4'300'000'000), "4.3 GB");
}

TEST(DiskSpace, IsThatOfARealDisk) {
    const DiskSpace disk = disk_space(fs::temp_directory_path());
    EXPECT_GT(disk.total, 0u);
    EXPECT_LE(disk.free, disk.total);
    EXPECT_ANY_THROW(disk_space("/nowhere/at/all"));
}

}
}
