#include "secrets/key_service.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <murmur/error.hpp>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "crypto/cipher.hpp"

namespace murmur {
namespace {

class KeyServiceTest : public testing::Test {
protected:
    KeyServiceTest() {
        char name[] = "/tmp/murmur-keys-XXXXXX";
        dir = ::mkdtemp(name);
        file = dir / "secrets.key";
    }
    ~KeyServiceTest() override { std::filesystem::remove_all(dir); }

    void write(const std::string& content) { write_file_atomically(file, content, 0600); }
    Error refused() {
        try {
            open_key_file(file);
        } catch (const Error& error) {
            return error;
        }
        return Error(Errc::internal, "it was accepted");
    }

    std::filesystem::path dir, file;
};

TEST_F(KeyServiceTest, MakesTheFileAndReadsItAgain) {
    const Secret key = make_cipher_key();
    const KeyService::Wrapped wrapped = open_key_file(file)->wrap(key, "acme");
    struct stat status {};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    const auto service = open_key_file(file);
    EXPECT_EQ(service->current_key(), wrapped.key);
    EXPECT_TRUE(wrapped.key.starts_with("file:"));
    EXPECT_EQ(service->unwrap(wrapped.wrapped, wrapped.key, "acme").reveal(), key.reveal());
    EXPECT_THROW(service->unwrap(wrapped.wrapped, wrapped.key, "other"), Error);
    EXPECT_THROW(service->unwrap(wrapped.wrapped.substr(2), wrapped.key, "acme"), Error);
    EXPECT_THROW(service->unwrap(wrapped.wrapped, "file:0123456789abcdef", "acme"), Error);
    EXPECT_THROW(service->unwrap(wrapped.wrapped, "cloud:" + wrapped.key.substr(5), "acme"), Error);
}

TEST_F(KeyServiceTest, ARunningServiceSeesANewKeyAndKeepsTheOldOnes) {
    const auto service = open_key_file(file);
    const Secret key = make_cipher_key();
    const KeyService::Wrapped old = service->wrap(key, "acme");
    add_key_to_file(file);
    const KeyService::Wrapped fresh = service->wrap(key, "acme");
    EXPECT_NE(fresh.key, old.key);
    EXPECT_EQ(service->unwrap(old.wrapped, old.key, "acme").reveal(), key.reveal());
    EXPECT_EQ(service->unwrap(fresh.wrapped, fresh.key, "acme").reveal(), key.reveal());
    struct stat status {};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(KeyServiceTest, RefusesAFileThatOthersMayUse) {
    open_key_file(file);
    for (const mode_t mode : {0640u, 0604u, 0620u, 0602u, 0610u}) {
        ASSERT_EQ(::chmod(file.c_str(), mode), 0);
        const Error error = refused();
        EXPECT_EQ(error.code(), Errc::permission_denied) << std::oct << mode;
        EXPECT_NE(error.hint().find("chmod 600"), std::string::npos);
    }
    ASSERT_EQ(::chmod(file.c_str(), 0400), 0);
    EXPECT_NO_THROW(open_key_file(file));
}

TEST_F(KeyServiceTest, EveryDamageIsNoticedAndNeverRepairedBySomethingNew) {
    open_key_file(file);
    add_key_to_file(file);
    const std::string good = read_file(file);
    for (std::size_t size = 0; size < good.size(); ++size) {
        write(good.substr(0, size));
        const Error error = refused();
        EXPECT_EQ(error.code(), Errc::data_loss) << size;
        EXPECT_NE(error.hint().find("backup"), std::string::npos);
        EXPECT_EQ(read_file(file), good.substr(0, size));
    }
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string changed = good;
        changed[i] = changed[i] == '0' ? '1' : '0';
        write(changed);
        EXPECT_EQ(refused().code(), Errc::data_loss) << i;
        EXPECT_EQ(refused().message().find(good.substr(40, 20)), std::string::npos) << "a key is quoted";
    }
}

TEST_F(KeyServiceTest, TheFileVanishesWhileItIsUsed) {
    const auto service = open_key_file(file);
    std::filesystem::remove(file);
    try {
        service->current_key();
        FAIL() << "the file is gone";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::not_found);
        EXPECT_NE(error.hint().find("backup"), std::string::npos);
    }
}

TEST(CipherTest, SealsAndOpens) {
    const Secret key = make_cipher_key();
    const std::string sealed = seal_text(key, "plain text", "bound");
    EXPECT_NE(sealed, seal_text(key, "plain text", "bound"));
    EXPECT_EQ(open_text(key, sealed, "bound").reveal(), "plain text");
    EXPECT_EQ(open_text(key, seal_text(key, "", ""), "").reveal(), "");
    EXPECT_THROW(open_text(make_cipher_key(), sealed, "bound"), Error);
    EXPECT_THROW(open_text(key, sealed, "boun"), Error);
    EXPECT_THROW(open_text(key, sealed.substr(0, 40), "bound"), Error);
    EXPECT_THROW(open_text(key, sealed.substr(0, sealed.size() - 1) + "g", "bound"), Error);
}

// Test case 16 of the GCM specification: what another program sealed opens here, and so the other way round.
TEST(CipherTest, AgreesWithTheStandard) {
    const auto bytes = [](std::string_view hex) {
        std::string out;
        for (std::size_t i = 0; i < hex.size(); i += 2)
            out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
        return out;
    };
    const Secret key(bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
    const std::string nonce = "cafebabefacedbaddecaf888";
    const std::string sealed =
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a"
        "0a"
        "bcc9f662";
    const std::string tag = "76fc6ece0f4e1768cddf8853bb2d551b";
    EXPECT_EQ(open_text(key, nonce + sealed + tag, bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")).reveal(),
              bytes("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b1"
                    "6aedf5aa0de657ba637b39"));
}

TEST(CipherTest, BoundPartsCannotRunTogether) {
    EXPECT_NE(bind_parts({"ab", "c"}), bind_parts({"a", "bc"}));
    EXPECT_NE(bind_parts({"a", ""}), bind_parts({"", "a"}));
    EXPECT_NE(bind_parts({"a"}), bind_parts({"a", ""}));
    EXPECT_EQ(bind_parts({"a", "b"}), bind_parts({"a", "b"}));
}

}
}
