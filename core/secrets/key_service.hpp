#pragma once

#include <filesystem>
#include <memory>
#include <murmur/secret.hpp>
#include <string>

namespace murmur {

/// Wraps and unwraps the tenants' data keys; the key that does it never leaves it. A file here, a cloud's KMS
/// elsewhere. Calls may block; safe from any thread.
class KeyService {
public:
    virtual ~KeyService() = default;
    /// Names the key that wrap() uses now: "file:3f9a…". Stored beside what it wrapped.
    virtual std::string current_key() = 0;
    struct Wrapped {
        std::string wrapped;  ///< hexadecimal
        std::string key;      ///< that did it
    };
    /// `context` is bound to the result (associated data) and must be the same for unwrapping.
    virtual Wrapped wrap(const Secret& data_key, const std::string& context) = 0;
    /// Throws data_loss when it was changed, or wrapped for something else, and not_found when the key is not there.
    virtual Secret unwrap(const std::string& wrapped, const std::string& key, const std::string& context) = 0;
};

/// Keys in a file of mode 0600, made when it is missing: the newest wraps, all of them unwrap. A file that is replaced
/// meanwhile is read again. Throws permission_denied for one that others may read, data_loss for a damaged one.
std::unique_ptr<KeyService> open_key_file(const std::filesystem::path& file);
/// Adds a new key to the file: SecretVault::settle() or rewrap() then moves everything over to it.
void add_key_to_file(const std::filesystem::path& file);

}
