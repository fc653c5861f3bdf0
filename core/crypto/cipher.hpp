#pragma once

#include <initializer_list>
#include <murmur/secret.hpp>
#include <string>
#include <string_view>

namespace murmur {

/// Bytes of a key for seal_text() and open_text().
inline constexpr std::size_t cipher_key_bytes = 32;

/// A key from the system's random source.
Secret make_cipher_key();

/// AES-256-GCM with a random nonce, as hexadecimal text. `bound` (associated data) must be the same for opening.
std::string seal_text(const Secret& key, std::string_view plain, std::string_view bound);
/// Throws data_loss when it was changed, cut short, bound to something else, or sealed with another key.
Secret open_text(const Secret& key, std::string_view sealed, std::string_view bound);

/// HMAC-SHA-256, as bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);
/// SHA-256, hexadecimal.
std::string sha256_hex(std::string_view text);

/// One text from which the parts can be told apart again: each is preceded by its length in eight bytes.
std::string bind_parts(std::initializer_list<std::string_view> parts);

}
