#pragma once

#include <filesystem>
#include <map>
#include <murmur/secret.hpp>
#include <string>
#include <vector>

namespace murmur {

/// A file of master keys. Text of one line per key, the newest last:
///
///     murmur secret keys 1
///     <id> <key, hexadecimal>
///     end
///
/// An id is a digest of its key, so that a damaged line is noticed; so is a file that was cut short.
struct KeyFile {
    struct Key {
        std::string id;
        Secret key;
    };
    std::vector<Key> keys;

    const Key& newest() const { return keys.back(); }
    const Key* find(const std::string& id) const;
    void add_new_key();
};

/// Throws permission_denied when others may read or write it, data_loss when it is damaged, not_found.
KeyFile read_key_file(const std::filesystem::path& file);
void write_key_file(const std::filesystem::path& file, const KeyFile& keys);

}
