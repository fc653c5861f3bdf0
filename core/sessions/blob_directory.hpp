#pragma once

#include <set>

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
class BlobDirectory final : public BlobStore {
public:
    BlobDirectory(std::filesystem::path directory, Clock& clock);

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
    void complete(const std::string& sha256, const std::filesystem::path& upload);
    void verify(const std::string& sha256);

    std::filesystem::path directory_;
    Clock& clock_;
    Locked<std::set<std::string>> verified_;  ///< read through since this process began; a bounded number
};

}
