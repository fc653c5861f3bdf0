#include "crypto/cipher.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <climits>
#include <cstdint>
#include <memory>
#include <murmur/check.hpp>
#include <murmur/error.hpp>

#include "base/hex.hpp"

namespace murmur {

namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* cipher_bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* cipher_bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void fill_with_random(std::string& bytes) {
    if (RAND_bytes(cipher_bytes(bytes), static_cast<int>(bytes.size())) != 1)
        throw Error(Errc::internal, "no random bytes");
}

void require_sealed(bool done) {
    if (!done) throw Error(Errc::internal, "sealing a value failed");
}

Error cannot_open() {
    return Error(Errc::data_loss, "sealed value cannot be opened: it was changed, or the key is another")
        .with_hint("Set the value again, or restore state directory and key file from the same backup.");
}

void require_opened(bool done) {
    if (!done) throw cannot_open();
}

}

Secret make_cipher_key() {
    std::string key(cipher_key_bytes, '\0');
    fill_with_random(key);
    return Secret(std::move(key));
}

std::string seal_text(const Secret& key, std::string_view plain, std::string_view bound) {
    MURMUR_CHECK(key.reveal().size() == cipher_key_bytes);
    MURMUR_CHECK(plain.size() < INT_MAX - tag_bytes && bound.size() < INT_MAX);
    std::string nonce(nonce_bytes, '\0'), sealed(plain.size(), '\0'), tag(tag_bytes, '\0');
    fill_with_random(nonce);
    const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int length = 0;
    require_sealed(
        EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, cipher_bytes(key.reveal()),
                           cipher_bytes(nonce)) == 1 &&
        EVP_EncryptUpdate(context.get(), nullptr, &length, cipher_bytes(bound), static_cast<int>(bound.size())) == 1 &&
        EVP_EncryptUpdate(context.get(), cipher_bytes(sealed), &length, cipher_bytes(plain),
                          static_cast<int>(plain.size())) == 1 &&
        EVP_EncryptFinal_ex(context.get(), cipher_bytes(sealed) + length, &length) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()) == 1);
    return to_hex(nonce + sealed + tag);
}

Secret open_text(const Secret& key, std::string_view sealed_hex, std::string_view bound) {
    MURMUR_CHECK(key.reveal().size() == cipher_key_bytes);
    const auto bytes = from_hex(sealed_hex);
    require_opened(bytes && bytes->size() >= nonce_bytes + tag_bytes && bytes->size() < INT_MAX);
    const std::string_view view(*bytes);
    const std::string_view sealed = view.substr(nonce_bytes, bytes->size() - nonce_bytes - tag_bytes);
    std::string tag(view.substr(bytes->size() - tag_bytes)), plain(sealed.size(), '\0');
    const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int length = 0;
    const bool done =
        EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, cipher_bytes(key.reveal()), cipher_bytes(view)) ==
            1 &&
        EVP_DecryptUpdate(context.get(), nullptr, &length, cipher_bytes(bound), static_cast<int>(bound.size())) == 1 &&
        EVP_DecryptUpdate(context.get(), cipher_bytes(plain), &length, cipher_bytes(sealed),
                          static_cast<int>(sealed.size())) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(context.get(), cipher_bytes(plain) + length, &length) == 1;
    Secret opened(std::move(plain));  // wiped also when it turns out to be wrong
    require_opened(done);
    return opened;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    unsigned length = 0;
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), cipher_bytes(text), text.size(),
              cipher_bytes(digest), &length))
        throw Error(Errc::internal, "HMAC failed");
    return digest;
}

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(cipher_bytes(text), text.size(), digest.data());
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string bind_parts(std::initializer_list<std::string_view> parts) {
    std::string bound;
    for (const std::string_view part : parts) {
        const auto size = static_cast<std::uint64_t>(part.size());
        for (int shift = 56; shift >= 0; shift -= 8) bound.push_back(static_cast<char>(size >> shift & 0xFF));
        bound += part;
    }
    return bound;
}

}
