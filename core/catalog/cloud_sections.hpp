#pragma once

#include <murmur/catalog_kind.hpp>
#include <string>
#include <utility>
#include <vector>

namespace murmur {

/// What the large clouds bring into the kinds, by the name of the substrate.
std::vector<std::pair<std::string, CatalogContribution>> cloud_contributions();
/// The section of an image that is a container: it belongs to no substrate.
CatalogSection container_image_section();

}
