#pragma once

#include "catalog/catalog.hpp"

namespace murmur {

/// The API's Resource: metadata, body and the text that `murmur get` prints.
json::object resource_json(const Kind& kind, const Resource& resource);
/// A row of a listing.
json::object resource_row_json(const Kind& kind, const Resource& resource);
/// What `murmur get` prints: YAML, or the Markdown as it was given.
std::string resource_text(const Kind& kind, const Resource& resource);
/// "created", "updated", "unchanged", "removed".
std::string_view change_result_name(ChangeResult result);

}
