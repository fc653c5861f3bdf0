#include "base/version.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

TEST(Version, TheCommitIsToldWhereItIsKnown) {
    EXPECT_EQ(full_version("0.1.0", "1a2b3c4"), "0.1.0+1a2b3c4");
    EXPECT_EQ(full_version("0.1.0", "unknown"), "0.1.0");
    EXPECT_EQ(full_version("0.1.0", ""), "0.1.0");
    EXPECT_TRUE(full_version().starts_with(program_version()));
}

}
}
