#pragma once

#include <murmur/catalog_kind.hpp>
#include <string>
#include <string_view>

#include "catalog/source_document.hpp"
#include "config/yaml_tree.hpp"

namespace murmur {

/// How complaints about a text name it: a file by its name, and standard input (also "") as "stdin".
YamlSource source_of_document(const std::string& name);

/// One YAML or JSON document whose top has fields.
SourceDocument parse_fields(std::string_view text, const YamlSource& source);

/// One resource of the kind, with a key `kind` as it was given.
SourceDocument parse_document(const CatalogKindSpec& spec, std::string_view text, const YamlSource& source);

/// Removes the key `kind`, which must say the same.
void take_kind(const CatalogKindSpec& spec, SourceDocument& document);

}
