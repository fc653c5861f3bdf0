#pragma once

#include <string>
#include <vector>

#include "murmur/export.hpp"
#include "murmur/json.hpp"

namespace murmur {

enum class FieldType {
    string,
    integer,
    number,
    boolean,
    enumeration,
    duration,
    timestamp,
    string_list,
    object,
    object_list
};

/// One field of a catalog kind: from this come parsing, validation, schema, completion and documentation.
struct FieldSpec {
    std::string name;  ///< snake_case
    FieldType type = FieldType::string;
    bool required = false;
    bool read_only = false;
    bool write_only = false;
    std::string reference = {};            ///< the kind that the value names a resource of
    std::vector<std::string> values = {};  ///< of an enumeration, in full: "SUBSTRATE_GCP"
    json::value default_value = {};
    std::string help = {};
    std::vector<FieldSpec> fields = {};  ///< of an object or a list of objects
};

struct CatalogKindSpec {
    std::string name;  ///< "machine-type"
    std::string description;
    bool markdown = false;  ///< Markdown with front matter instead of YAML
    std::vector<FieldSpec> fields;
    std::vector<std::string> verbs;  ///< permissions: read, list, create, edit, delete and the kind's own
};

/// A kind of catalog entry. Deterministic, no I/O; safe from any thread.
class MURMUR_SDK_API CatalogKind {
public:
    virtual ~CatalogKind();
    virtual CatalogKindSpec spec() const = 0;
    /// What the table of fields cannot say. Throws invalid_argument with the path of the field. Fields are in order.
    virtual void validate(const json::object& body) const;
};

}
