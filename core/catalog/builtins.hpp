#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/kind_registry.hpp"
#include "catalog/resource.hpp"

namespace murmur {

/// What names of a tenant must not begin with, so that new builtins find their names free.
inline constexpr std::string_view builtin_prefix = "murmur-";

/// Reads murmur's own builtins: `<directory>/*.yaml`, streams of documents that each say their `kind`, and
/// `<directory>/<kind>/*.md`, named after the file. Each is checked as if it were set, and refers only to others of
/// them or to those of substrates. Throws data_loss when something is not in order.
std::vector<CatalogBuiltin> load_builtins(const KindRegistry& kinds, const std::string& directory);

/// The builtins by kind and name; of several of one name, the first. Constant, so safe from any thread.
class BuiltinTable {
public:
    using Names = std::map<std::string, Resource, std::less<>>;

    BuiltinTable(const KindRegistry& kinds, std::vector<CatalogBuiltin> builtins);

    const Resource* find(std::string_view kind, std::string_view name) const;
    /// Of one kind, in the order of names.
    const Names& of_kind(std::string_view kind) const;

private:
    std::map<std::string, Names, std::less<>> kinds_;
    Names none_;
};

}
