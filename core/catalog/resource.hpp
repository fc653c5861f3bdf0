#pragma once

#include <cstdint>
#include <functional>
#include <murmur/clock.hpp>
#include <murmur/json.hpp>
#include <string>

#include "catalog/kind_registry.hpp"
#include "store/resource_store.hpp"

namespace murmur {

/// A resource as the API shows it: the store's row, or a builtin.
struct Resource {
    ResourceKey key;
    std::int64_t generation = 0;
    std::string author;
    TimePoint created_at{};
    TimePoint updated_at{};
    bool platform = false;  ///< a builtin: the same for every tenant, never changed
    json::object body;
    std::string content;  ///< of Markdown kinds
};

/// Throws data_loss when the stored body is not JSON.
Resource resource_of(ResourceRow row);
/// What `murmur get` prints: YAML, or the Markdown as it was given.
std::string resource_text(const CatalogKindSpec& spec, const Resource& resource);

enum class ChangeResult { created, updated, unchanged, removed };

enum class ChangeAction { create, replace, remove };

/// Who changes something, and what they may do: which action it is, is known only in the transaction.
struct ChangeRight {
    std::string author;
    /// Throws permission_denied. Called in the control loop's thread: it must not block. Empty: everything is allowed.
    std::function<void(const Kind&, const ResourceKey&, ChangeAction)> check;
};

struct Change {
    Resource resource;  ///< after the change; of a removal: before it
    ChangeResult result = ChangeResult::unchanged;
};

}
