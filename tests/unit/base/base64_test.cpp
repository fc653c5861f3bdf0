#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

TEST(Base64, KnownValues) {
    EXPECT_EQ(to_base64(""), "");
    EXPECT_EQ(to_base64("f"), "Zg==");
    EXPECT_EQ(to_base64("fo"), "Zm8=");
    EXPECT_EQ(to_base64("foo"), "Zm9v");
    EXPECT_EQ(to_base64("foob", false), "Zm9vYg");
}

TEST(Base64, EveryByteComesBack) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += static_cast<char>(i);
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
        EXPECT_EQ(from_base64(to_base64(bytes, false)), bytes);
    }
    EXPECT_EQ(from_base64("Zm9v\n"), std::nullopt);
    EXPECT_EQ(from_base64("Zm-_"), std::nullopt);
}

}
}
