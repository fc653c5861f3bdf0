#include "sessions/blob_store.hpp"

namespace murmur {

BlobStore::~BlobStore() = default;

}
