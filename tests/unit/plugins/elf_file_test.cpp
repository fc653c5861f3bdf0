#include "plugins/elf_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <murmur/error.hpp>
#include <murmur/testing/temp_dir.hpp>
#include <random>

#include "plugins/plugin_manifest.hpp"

namespace murmur {

namespace {

/// A shared library of the tree: big enough to have everything, and without a manifest.
std::string library_bytes() {
    std::ifstream file(std::string(MURMUR_BUILD_DIR) + "/lib/libmurmur_sdk.so", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

class ElfFileTest : public ::testing::Test {
protected:
    std::filesystem::path write(const std::string& bytes) {
        const std::filesystem::path path = temp_ / "x.so";
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
        return path;
    }

    /// "fine", or the complaint.
    std::string read(const std::string& bytes) {
        const auto path = write(bytes);
        try {
            const ElfFile file(path);
            read_manifest(file);
        } catch (const Error& error) {
            return error.message();
        }
        return "fine";
    }

    testing::TempDir temp_;
};

TEST_F(ElfFileTest, FindsWhatALibraryExports) {
    const ElfFile file(write(library_bytes()));
    EXPECT_TRUE(file.find_exported("_ZN6murmur13current_errorEv").has_value());
    EXPECT_FALSE(file.find_exported("malloc").has_value()) << "it is used, not exported";
    EXPECT_FALSE(file.find_exported("murmur_plugin").has_value());
    EXPECT_EQ(read(library_bytes()), "it does not export \"murmur_plugin\"");
}

TEST_F(ElfFileTest, RefusesWhatIsNoLibraryForThisComputer) {
    EXPECT_EQ(read(""), "it is not a shared library");
    EXPECT_EQ(read("\x7f"
                   "ELF"),
              "it is not a shared library");
    EXPECT_EQ(read(std::string(10'000, 'x')), "it is not a shared library");
    std::string other = library_bytes();
    other[18] = 0x28;  // e_machine: 32-bit ARM
    EXPECT_EQ(read(other), "it was built for another processor");
    std::string narrow = library_bytes();
    narrow[4] = 1;  // EI_CLASS: 32 bit
    EXPECT_EQ(read(narrow), "it was built for another processor");
    EXPECT_THROW(ElfFile(temp_.path()), Error) << "a folder";
    EXPECT_THROW(ElfFile("/dev/null"), Error);
}

TEST_F(ElfFileTest, DamagedFilesGiveAnErrorAndNothingElse) {
    const std::string whole = library_bytes();
    ASSERT_GT(whole.size(), 4096u);
    for (std::size_t size = 0; size < whole.size(); size += whole.size() / 97 + 1)
        EXPECT_NE(read(whole.substr(0, size)), "fine");
    std::mt19937 random(20260521);                               // fixed, so that a failure can be repeated
    const std::size_t tables = whole.size() - whole.size() / 8;  // the section headers are at the end
    for (int round = 0; round < 300; ++round) {
        std::string damaged = whole;
        for (int i = 0; i < 4; ++i) {
            damaged[random() % 64] = static_cast<char>(random());
            damaged[tables + random() % (whole.size() - tables)] = static_cast<char>(random());
        }
        damaged.replace(0, 20, whole, 0, 20);  // past the first checks
        EXPECT_NE(read(damaged), "fine") << "round " << round;
    }
}

}

}
