#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <murmur/secret.hpp>
#include <string>

namespace murmur::runner {

/// murmurd's blob store, as a runner reaches it. Blocking; for one thread at a time.
///
/// Throws `unavailable` when murmurd does not answer, resource_exhausted when its disk is full, and what else it says.
class BlobClient {
public:
    virtual ~BlobClient();
    /// Whether murmurd has it. What it has is safe for an hour, and for as long as a snapshot names it.
    virtual bool has(const std::string& sha256) = 0;
    /// Makes the file's bytes that blob; they must not change meanwhile. Goes on where an earlier try was cut off, and
    /// returns when the blob is durable.
    virtual void upload(const std::string& sha256, const std::filesystem::path& file) = 0;
    /// Writes the blob to `file`, which is there only when it is whole. Throws data_loss when the bytes are others.
    virtual void download(const std::string& sha256, std::uint64_t size, const std::filesystem::path& file) = 0;
};

/// `server` as in MURMUR_SERVER; the token is the runner's, which is bound to `runner_id`.
std::unique_ptr<BlobClient> make_blob_client(const std::string& server, std::shared_ptr<const Secret> token,
                                             const std::string& runner_id);

}
