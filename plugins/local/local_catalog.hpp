#pragma once

#include <filesystem>

#include "murmur/catalog_kind.hpp"

namespace murmur::local {

/// This computer's corner of the catalog: its sections, and the resources `murmur-local` from which a workspace can be
/// made at once. `directory` is where machines will be; its file system is their disk.
CatalogContribution local_catalog(const std::filesystem::path& directory);

}
