#pragma once

#include <memory>
#include <murmur/secret.hpp>
#include <string>

#include <filesystem>

namespace murmur {

/// Wraps and unwraps the tenants' data keys; the key that does it never leaves it. A file here, a cloud's KMS
/// elsewhere. Calls may block; safe from any thread.
class KeyService {
public:
    virtual ~KeyService() = default;
    /// Names the key that wrap() uses now: "file:3f9a…". Stored beside what it wrapped.
    virtual std::string current_key() const = 0;
    /// `context` is bound to the result (associated data) and must be the same for unwrapping. Hexadecimal.
    virtual std::string wrap(const Secret& data_key, const std::string& context) = 0;
    /// Throws data_loss when it was changed, or wrapped for something else, and not_found when the key is not there.
    virtual Secret unwrap(const std::string& wrapped, const std::string& key, const std::string& context) = 0;
};

/// Keys in a file of mode 0600, made when it is missing: the newest wraps, all of them unwrap.
std::unique_ptr<KeyService> open_key_file(const std::filesystem::path& file);
/// Adds a new key to the file: rewrap_tenant_keys() then moves everything over to it.
void add_key_to_file(const std::filesystem::path& file);

}
