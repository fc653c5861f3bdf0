#include "engine/secret_box.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <charconv>
#include <memory>
#include <murmur/error.hpp>

#include "base/file.hpp"

namespace murmur {

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
// A token says what it is for; the authentication code covers it.
constexpr std::string_view runner_kind = "r.";
constexpr std::string_view agent_kind = "a.";

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string to_hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string hex;
    for (const char c : bytes) {
        hex.push_back(digits[static_cast<unsigned char>(c) >> 4]);
        hex.push_back(digits[static_cast<unsigned char>(c) & 15]);
    }
    return hex;
}

std::string from_hex(std::string_view hex) {
    std::string bytes(hex.size() / 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        unsigned value = 0;
        const auto result = std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, value, 16);
        if (result.ptr != hex.data() + 2 * i + 2) throw Error(Errc::data_loss, "sealed value is not hexadecimal");
        bytes[i] = static_cast<char>(value);
    }
    return bytes;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    unsigned length = 0;
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
              reinterpret_cast<unsigned char*>(digest.data()), &length))
        throw Error(Errc::internal, "HMAC failed");
    return digest;
}

std::string load_key(const std::filesystem::path& file) {
    if (std::filesystem::exists(file)) {
        std::string key = from_hex(read_file(file, 1024));
        if (key.size() != key_bytes)
            throw Error(Errc::data_loss, "key file \"" + file.string() + "\" is damaged")
                .with_hint("Restore it from a backup; without it, running agents cannot register again.");
        return key;
    }
    std::string key(key_bytes, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1)
        throw Error(Errc::internal, "no random bytes");
    write_file_atomically(file, to_hex(key), 0600);
    return key;
}

void require(int result) {
    if (result != 1)
        throw Error(Errc::data_loss, "sealed value cannot be opened: it was changed, or the key is another");
}

}

SecretBox::SecretBox(const std::filesystem::path& directory) {
    const Secret root(load_key(directory / "key"));
    sealing_key_ = Secret(hmac_sha256(root.reveal(), "murmur sealing key v1"));
    token_key_ = Secret(hmac_sha256(root.reveal(), "murmur token key v1"));
}

std::string SecretBox::seal(std::string_view plain, std::string_view purpose) const {
    std::string nonce(nonce_bytes, '\0'), sealed(plain.size(), '\0'), tag(tag_bytes, '\0');
    require(RAND_bytes(reinterpret_cast<unsigned char*>(nonce.data()), nonce_bytes));
    const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int length = 0;
    require(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(sealing_key_.reveal()),
                               bytes_of(nonce)));
    require(EVP_EncryptUpdate(context.get(), nullptr, &length, bytes_of(purpose), static_cast<int>(purpose.size())));
    require(EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(sealed.data()), &length, bytes_of(plain),
                              static_cast<int>(plain.size())));
    require(EVP_EncryptFinal_ex(context.get(), reinterpret_cast<unsigned char*>(sealed.data()) + length, &length));
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()));
    return to_hex(nonce + sealed + tag);
}

Secret SecretBox::open(const std::string& sealed_hex, std::string_view purpose) const {
    const std::string bytes = from_hex(sealed_hex);
    if (bytes.size() < nonce_bytes + tag_bytes) throw Error(Errc::data_loss, "sealed value is too short");
    const std::string_view view(bytes);
    const std::string_view sealed = view.substr(nonce_bytes, bytes.size() - nonce_bytes - tag_bytes);
    std::string tag(view.substr(bytes.size() - tag_bytes)), plain(sealed.size(), '\0');
    const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int length = 0;
    require(
        EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(sealing_key_.reveal()), bytes_of(view)));
    require(EVP_DecryptUpdate(context.get(), nullptr, &length, bytes_of(purpose), static_cast<int>(purpose.size())));
    require(EVP_DecryptUpdate(context.get(), reinterpret_cast<unsigned char*>(plain.data()), &length, bytes_of(sealed),
                              static_cast<int>(sealed.size())));
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()));
    require(EVP_DecryptFinal_ex(context.get(), reinterpret_cast<unsigned char*>(plain.data()) + length, &length));
    return Secret(std::move(plain));
}

std::string SecretBox::mac(std::string_view text) const { return to_hex(hmac_sha256(token_key_.reveal(), text)); }

Secret SecretBox::runner_token(std::int64_t agent_row, std::int64_t incarnation) const {
    return make_token(runner_kind, agent_row, incarnation);
}

std::optional<SecretBox::RunnerClaim> SecretBox::check_runner_token(std::string_view token) const {
    return check_token(runner_kind, token);
}

Secret SecretBox::agent_token(std::int64_t agent_row, std::int64_t incarnation) const {
    return make_token(agent_kind, agent_row, incarnation);
}

std::optional<SecretBox::AgentClaim> SecretBox::check_agent_token(std::string_view token) const {
    return check_token(agent_kind, token);
}

Secret SecretBox::make_token(std::string_view kind, std::int64_t agent_row, std::int64_t incarnation) const {
    const std::string claim = std::string(kind) + std::to_string(agent_row) + "." + std::to_string(incarnation);
    return Secret(claim + "." + mac(claim));
}

std::optional<SecretBox::AgentClaim> SecretBox::check_token(std::string_view kind, std::string_view token) const {
    const std::size_t dot = token.rfind('.');
    if (dot == std::string_view::npos || !token.starts_with(kind)) return std::nullopt;
    const std::string expected = mac(token.substr(0, dot));
    const std::string_view given = token.substr(dot + 1);
    if (given.size() != expected.size() || CRYPTO_memcmp(given.data(), expected.data(), expected.size()) != 0)
        return std::nullopt;
    AgentClaim claim{};
    const char* end = token.data() + dot;
    const auto row = std::from_chars(token.data() + kind.size(), end, claim.agent_row);
    if (row.ec != std::errc() || row.ptr == end) return std::nullopt;
    const auto incarnation = std::from_chars(row.ptr + 1, end, claim.incarnation);
    if (incarnation.ec != std::errc() || incarnation.ptr != end) return std::nullopt;
    return claim;
}

std::string token_digest(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(bytes_of(text), text.size(), digest.data());
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}
