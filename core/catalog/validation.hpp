#pragma once

#include <string>
#include <vector>

#include "catalog/source_document.hpp"
#include "store/resource_store.hpp"

namespace murmur {

/// A body that its kind accepts.
struct CheckedBody {
    std::string name;
    json::object body;  ///< canonical: snake_case, in the table's order, nothing that is null, read-only or write-only
    json::object secret;  ///< the write-only fields, if any, by path
    std::string content;  ///< of Markdown kinds: as it was given, or made of the body when it was given as fields
};

/// Checks fields in the table's order and says the first thing that is wrong, in the agreed words; the place is in the
/// error's context. `name` is the one that the caller gave; empty: the document's own is taken. `secret_is_kept`: of a
/// change that leaves the stored secret as it is, so that required write-only fields may be absent.
/// Throws invalid_argument.
CheckedBody check_resource(const Kind& kind, const std::string& name, const SourceDocument& document,
                           bool secret_is_kept = false);

/// A reference that a body makes: one of `kinds` must have a resource of that name.
struct BodyReference {
    std::vector<std::string> kinds;
    std::string name;
    std::string path;
};
std::vector<BodyReference> references_of(const CatalogKindSpec& spec, const json::object& body);

/// Throws the complaint about a name that breaks the rule, in the agreed words.
void check_name(const CatalogKindSpec& spec, const std::string& name);

/// One change of `murmur patch`: "--set repos[0].base_branch=main".
struct FieldChange {
    std::string path;
    std::string value;
    bool is_text =
        false;  ///< taken as it is (from a file); otherwise read by the field's type, YAML for lists and objects
};
/// Applies the changes to fields as they were given. Intermediate objects are made; an index one behind the end of a
/// list appends; an empty value (or `null`, unless it is a file's) removes. Throws invalid_argument: `unknown field
/// path "maxVm" in update mask`. It does not check values: that is check_resource()'s.
void apply_changes(const CatalogKindSpec& spec, json::object& fields, const std::vector<FieldChange>& changes);
/// The same on a document, where the path `content` of a Markdown kind stands for the whole text. Any other change
/// forgets `document.content`: check_resource() then writes it anew.
void apply_changes(const CatalogKindSpec& spec, SourceDocument& document, const std::vector<FieldChange>& changes);

}
