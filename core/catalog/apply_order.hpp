#pragma once

#include <vector>

#include "catalog/catalog_transaction.hpp"

namespace murmur {

/// The drafts' indices, so that each comes behind those that it refers to; otherwise in the order given. Where they
/// refer to each other in a circle, those of the circle come in the order given too.
std::vector<std::size_t> order_by_references(const std::vector<ResourceDraft>& drafts);

}
