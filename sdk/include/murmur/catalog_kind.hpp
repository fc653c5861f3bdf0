#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
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
    duration,   ///< in the form of Go: "30m", "1h30m"
    timestamp,  ///< RFC 3339
    string_list,
    object,
    object_list,
    object_map  ///< names to objects: "regions: {us-west1: {cost_per_hour: 0.19}}"
};

/// Of several fields of one object: which must be there.
struct FieldGroup {
    std::vector<std::string> fields;
    bool only_one = false;  ///< exactly one; otherwise at least one
    std::string missing;    ///< the whole complaint when there is none: "grant must specify at least one group or user"
};

/// A sibling field and a value of it.
struct FieldCondition {
    std::string field;
    std::string value;
};

/// One field of a catalog kind: from this come parsing, validation, schema, completion and documentation.
///
/// Only `name`, `type` and `help` must be given; an empty text or list, a null and a 0 mean that there is no such rule.
struct FieldSpec {
    std::string name;  ///< snake_case; camelCase is accepted on input
    FieldType type = FieldType::string;
    bool required = false;                     ///< an empty text or list is as good as none
    bool read_only = false;                    ///< shown, and ignored on input
    bool write_only = false;                   ///< stored encrypted, never shown again
    std::vector<std::string> references = {};  ///< the value (or each item) names a resource of one of these kinds
    std::vector<std::string> values = {};      ///< of an enumeration, in full: "SUBSTRATE_GCP"
    json::value default_value = {};            ///< what holds when it is absent; it is not stored
    std::string help = {};                     ///< one sentence
    /// Of an object, of each item of a list, or of each value of a map. An object without them has no fields ("{}"),
    /// and a map without them holds objects of any form.
    std::vector<FieldSpec> fields = {};
    std::vector<FieldGroup> groups = {};  ///< among `fields`
    std::string missing = {};             ///< the complaint when it is absent, in place of "<path> is required"
    std::optional<double> minimum = {};   ///< of a number; of a duration, in seconds
    std::optional<double> maximum = {};
    std::string out_of_range = {};            ///< the complaint, in place of "<path> must be …"
    std::size_t length_max = 0;               ///< bytes of a string, items of a list
    std::vector<std::string> also = {};       ///< other spellings that are read
    std::optional<FieldCondition> when = {};  ///< required if that holds (unless it has a default), and refused if not
    std::string example = {};                 ///< a value for documentation
};

/// What a resource's name must look like.
enum class NameRule {
    resource,   ///< [a-z][a-z0-9-]{0,62}
    secret,     ///< [A-Z][A-Z0-9_]*
    image,      ///< as resource, and a bake's hash may follow: "go-stack@9f86d081"
    clone_url,  ///< the resource is named by its field `clone_url`, and has no field `name`
    account     ///< the name of a user: letters, digits, '-', '_', '.', '[', ']'
};

struct CatalogKindSpec {
    std::string name;         ///< "machine-type"
    std::string description;  ///< one sentence
    bool markdown = false;    ///< Markdown with front matter instead of YAML; `fields` are those of the front matter
    std::vector<FieldSpec> fields;   ///< checked in this order, one complaint at a time; `name` is among them for YAML
    std::vector<std::string> verbs;  ///< permissions: read, list, create, edit, delete and the kind's own
    std::vector<FieldGroup> groups = {};  ///< among `fields`
    NameRule name_rule = NameRule::resource;
    std::string singleton = {};             ///< not empty: the only name there is
    bool per_user = false;                  ///< each user has resources of their own
    bool read_only = false;                 ///< murmur writes it, nobody else
    std::string body_field = {};            ///< of Markdown: what the text below the front matter is called: "prompt"
    std::vector<std::string> columns = {};  ///< paths of fields that a listing shows beside the name
    std::string example;                    ///< the least input that is accepted, as the user writes it
    std::string sections_after = {};        ///< the field behind which substrates' sections stand; empty: at the end
};

/// Another resource's body, or nothing when there is none; valid during the call only.
using CatalogLookup = std::function<std::optional<json::object>(std::string_view kind, std::string_view name)>;

/// A kind of catalog entry. Deterministic, no I/O; safe from any thread.
class MURMUR_SDK_API CatalogKind {
public:
    virtual ~CatalogKind();
    virtual CatalogKindSpec spec() const = 0;
    /// What the table of fields cannot say: called with a body that the table accepts, keys in snake_case and in the
    /// table's order. Throws invalid_argument whose message begins with the path of the field or is an agreed literal.
    virtual void validate(const json::object& body) const;
    /// What can only be said beside the resources that this one references ("environment and placement are of different
    /// substrates"). Throws invalid_argument.
    virtual void validate_with(const json::object& body, const CatalogLookup& lookup) const;
};

/// A field that a substrate adds to one of murmur's kinds: its section `gcp:` of a placement.
struct CatalogSection {
    std::string kind;         ///< "placement"
    FieldSpec field;          ///< an object, named after the substrate
    std::string parent = {};  ///< of an image: "source"
};

/// A resource that is there from the beginning and that nobody changes.
struct CatalogBuiltin {
    std::string kind;
    json::object body;  ///< with `name`, which begins with "murmur-"
};

/// What a substrate brings into the catalog beside its value SUBSTRATE_<NAME>.
struct CatalogContribution {
    std::vector<CatalogSection> sections;
    std::vector<CatalogBuiltin> builtins;
};

}
