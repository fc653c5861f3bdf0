#include "sessions/blob_store.hpp"

#include "sessions/blob_directory.hpp"

namespace murmur {

BlobStore::~BlobStore() = default;

std::unique_ptr<BlobStore> open_blob_directory(std::filesystem::path directory, Clock& clock, LookAtDisk look_at_disk) {
    return std::make_unique<BlobDirectory>(std::move(directory), clock, std::move(look_at_disk));
}

}
