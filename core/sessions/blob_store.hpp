#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <murmur/clock.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk_space.hpp"

namespace murmur {

/// Bytes by the SHA-256 of what they are: 64 lower-case hexadecimal digits.
///
/// Safe from any thread; several processes may share one. A blob, once complete, never changes, and is durable.
class BlobStore {
public:
    struct Entry {
        std::string sha256;
        std::uint64_t size = 0;
        TimePoint used_at{};  ///< when it was stored, or asked for by has(), last
    };
    /// Where an upload stands.
    struct Progress {
        std::uint64_t have = 0;  ///< bytes that need not be sent again
        bool complete = false;   ///< it is a blob now
    };

    virtual ~BlobStore();

    /// Whether it is there, whole; if so it counts as used now.
    virtual bool has(const std::string& sha256) = 0;
    /// Takes one piece of an upload of `size` bytes, which must begin where the last one ended; another offset changes
    /// nothing and is answered with how far it is. With the last piece the digest is checked (invalid_argument when it
    /// is another; then the upload begins anew) and the blob is made durable. Uploads of the same blob may run side by
    /// side under different `upload` names. Throws resource_exhausted when the disk is full.
    virtual Progress put(const std::string& sha256, const std::string& upload, std::uint64_t offset, std::uint64_t size,
                         std::string_view piece) = 0;
    /// At most `length` bytes from `offset`. Throws not_found, and data_loss when the stored bytes are damaged; a
    /// damaged blob is set aside, so that whoever still has it can store it anew.
    virtual std::string read(const std::string& sha256, std::uint64_t offset, std::size_t length) = 0;
    virtual std::optional<std::uint64_t> size_of(const std::string& sha256) = 0;

    virtual std::vector<Entry> list() = 0;
    /// Removes it unless it was used after `not_used_since`. Returns whether it did.
    virtual bool remove(const std::string& sha256, TimePoint not_used_since) = 0;
    /// Forgets uploads whose last piece came before `not_used_since`.
    virtual void remove_uploads(TimePoint not_used_since) = 0;
};

/// What tells how much room there is on the disk of a folder.
using LookAtDisk = std::function<DiskSpace(const std::filesystem::path&)>;

/// Blobs as files below `directory`, which is made if it is missing.
std::unique_ptr<BlobStore> open_blob_directory(std::filesystem::path directory, Clock& clock,
                                               LookAtDisk look_at_disk = disk_space);

}
