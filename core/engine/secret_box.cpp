#include "engine/secret_box.hpp"

#include <openssl/crypto.h>

#include <charconv>
#include <murmur/error.hpp>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "crypto/cipher.hpp"

namespace murmur {

namespace {

// A token says what it is for; the authentication code covers it.
constexpr std::string_view runner_kind = "r.";
constexpr std::string_view agent_kind = "a.";

Secret load_box_key(const std::filesystem::path& file) {
    if (std::filesystem::exists(file)) {
        Secret key(from_hex(read_file(file, 1024)).value_or(""));
        if (key.reveal().size() != cipher_key_bytes)
            throw Error(Errc::data_loss, "key file \"" + file.string() + "\" is damaged")
                .with_hint("Restore it from a backup; without it, running agents cannot register again.");
        return key;
    }
    Secret key = make_cipher_key();
    write_file_atomically(file, to_hex(key.reveal()), 0600);
    return key;
}

}

SecretBox::SecretBox(const std::filesystem::path& directory) {
    const Secret root = load_box_key(directory / "key");
    sealing_key_ = Secret(hmac_sha256(root.reveal(), "murmur sealing key v1"));
    token_key_ = Secret(hmac_sha256(root.reveal(), "murmur token key v1"));
}

std::string SecretBox::seal(std::string_view plain, std::string_view purpose) const {
    return seal_text(sealing_key_, plain, purpose);
}

Secret SecretBox::open(const std::string& sealed, std::string_view purpose) const {
    return open_text(sealing_key_, sealed, purpose);
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

std::string token_digest(std::string_view text) { return sha256_hex(text); }

}
