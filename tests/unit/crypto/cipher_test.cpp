#include "crypto/cipher.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

namespace murmur {
namespace {

TEST(Sha256, IsTheStandardOne) {
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Cipher, OpensOnlyWhatWasSealedForTheSamePurpose) {
    const Secret key = make_cipher_key();
    const std::string sealed = seal_text(key, "npm_abc", "purpose");
    EXPECT_EQ(open_text(key, sealed, "purpose").reveal(), "npm_abc");
    EXPECT_EQ(sealed.find("npm_abc"), std::string::npos);
    for (const auto& [from, bound] : {std::pair{sealed, "another"}, {sealed.substr(2), "purpose"}, {"", "purpose"}}) {
        try {
            open_text(key, from, bound);
            ADD_FAILURE() << "opened for " << bound;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::data_loss);
        }
    }
    EXPECT_THROW(open_text(make_cipher_key(), sealed, "purpose"), Error);
}

TEST(BindParts, TellsPartsApart) {
    EXPECT_NE(bind_parts({"ab", "c"}), bind_parts({"a", "bc"}));
    EXPECT_NE(bind_parts({"", "a"}), bind_parts({"a", ""}));
}

}
}
