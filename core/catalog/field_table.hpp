#pragma once

#include <murmur/catalog_kind.hpp>
#include <string>
#include <vector>

namespace murmur {

/// A field of a kind as people read about it: one row of `murmur describe` and of the reference page.
struct FieldRow {
    std::string path;      ///< "repos[].base_branch", "regions.<name>.cost_per_hour"
    std::string type;      ///< "string", "list of strings", …
    std::string required;  ///< "yes", "no", "one of static, github_admin", "when substrate is SUBSTRATE_GCP"
    std::string default_value;
    const FieldSpec* field = nullptr;  ///< of the spec that was given
};

/// Every field with those inside it, in the table's order. The spec must outlive the rows.
std::vector<FieldRow> field_table(const CatalogKindSpec& spec);

}
