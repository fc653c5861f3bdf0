#pragma once

#include <memory>
#include <murmur/catalog_kind.hpp>
#include <vector>

namespace murmur {

/// A kind that murmur itself brings, as its file in core/catalog/kinds makes it.
struct CoreKind {
    int rank = 0;  ///< its place in lists and in the documentation, the lowest first
    std::shared_ptr<const CatalogKind> kind;
};

/// What make_<stem>_kind() of every file core/catalog/kinds/<stem>.cpp returns; CMake writes the body.
std::vector<CoreKind> core_kinds();

}
