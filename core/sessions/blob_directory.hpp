#pragma once

#include <map>
#include <set>

#include "base/disk_space.hpp"
#include "base/file.hpp"
#include "base/locked.hpp"
#include "sessions/blob_store.hpp"

namespace murmur {

/// A BlobStore of files:
///
///     <directory>/ab/abcd…            a blob; its modification time is when it was used last
///     <directory>/uploads/abcd….NAME  an upload: as many bytes as have come
///     <directory>/damaged/abcd…       what was a blob and is no more what its name says
///
/// A blob gets its name when its bytes are on disk, and the name is on disk before put() returns. What decides over a
/// blob's life (has, remove) holds a lock on its folder, which the kernel gives back when the process dies.
///
/// A part of the disk is left free: whoever writes there besides, the database above all, must be able to go on. The
/// whole of an upload must fit beside that and beside the uploads that other hands of this process are at.
class BlobDirectory final : public BlobStore {
public:
    BlobDirectory(std::filesystem::path directory, Clock& clock, LookAtDisk look_at_disk);

    bool has(const std::string& sha256) override;
    Progress put(const std::string& sha256, const std::string& upload, std::uint64_t offset, std::uint64_t size,
                 std::string_view piece) override;
    std::string read(const std::string& sha256, std::uint64_t offset, std::size_t length) override;
    std::optional<std::uint64_t> size_of(const std::string& sha256) override;
    std::vector<Entry> list() override;
    bool remove(const std::string& sha256, TimePoint not_used_since) override;
    void remove_uploads(TimePoint not_used_since) override;

private:
    std::filesystem::path blob_path(const std::string& sha256) const;
    std::filesystem::path upload_path(const std::string& sha256, const std::string& upload) const;
    Fd lock_shard(const std::string& sha256, bool make) const;
    /// Lays claim to so many bytes more for that upload. Throws resource_exhausted when they do not fit.
    void claim_space(const std::filesystem::path& upload, std::uint64_t bytes);
    /// It still has so many bytes to come; 0: it is over.
    void set_claim(const std::filesystem::path& upload, std::uint64_t bytes);
    void complete(const std::string& sha256, const std::filesystem::path& upload);
    void verify(const std::string& sha256);

    struct Claim {
        std::uint64_t bytes = 0;  ///< that are still to come
        TimePoint at{};
    };

    std::filesystem::path directory_;
    Clock& clock_;
    const LookAtDisk look_at_disk_;
    Locked<std::map<std::filesystem::path, Claim>> claims_;  ///< by upload
    Locked<std::set<std::string>> verified_;  ///< read through since this process began; a bounded number
};

}
