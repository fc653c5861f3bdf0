#pragma once

#include <murmur/catalog_kind.hpp>

namespace murmur {

/// Throws invalid_argument, naming the kind and the field, when a kind's table contradicts itself or leaves something
/// out that every kind must say. For tables from plugins; murmur's own pass through it too.
void check_kind_table(const CatalogKindSpec& spec);
/// The same for a section that a substrate adds to a kind.
void check_section(const CatalogSection& section);

}
