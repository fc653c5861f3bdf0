#include "catalog/kind_table.hpp"

#include <algorithm>
#include <murmur/error.hpp>
#include <set>

namespace murmur {

namespace {

bool is_spelt(std::string_view text, char separator) {
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' && text.size() <= 63 &&
           std::all_of(text.begin(), text.end(), [separator](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == separator;
           });
}

bool has_inner_fields(FieldType type) {
    return type == FieldType::object || type == FieldType::object_list || type == FieldType::object_map;
}

bool is_counted(FieldType type) {
    return type == FieldType::integer || type == FieldType::number || type == FieldType::duration;
}

const FieldSpec* find_field(const std::vector<FieldSpec>& fields, const std::string& name) {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const FieldSpec& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

/// Goes through one table and says what is wrong with it.
class TableCheck {
public:
    explicit TableCheck(std::string kind) : kind_(std::move(kind)) {}

    void require(bool holds, const std::string& complaint) const {
        if (!holds)
            throw Error(Errc::invalid_argument, "catalog kind \"" + kind_ + "\": " + complaint)
                .with_hint("Correct the table of fields in the plugin that brings this kind.");
    }

    void check_fields(const std::vector<FieldSpec>& fields, const std::vector<FieldGroup>& groups,
                      const std::string& prefix) const {
        std::set<std::string> names;
        for (const FieldSpec& field : fields) {
            const std::string path = prefix + field.name;
            require(is_spelt(field.name, '_'), "field \"" + path + "\" must be written in snake_case");
            require(names.insert(field.name).second, "field \"" + path + "\" is there twice");
            for (const std::string& other : field.also)
                require(is_spelt(other, '_') && names.insert(other).second,
                        "field \"" + path + "\" is also called \"" + other + "\", which is taken or not in snake_case");
            check_field(field, path);
            if (field.when) check_condition(fields, field, path);
        }
        for (const FieldGroup& group : groups) {
            require(!group.fields.empty(), "a group of \"" + prefix + "\" has no fields");
            for (const std::string& name : group.fields)
                require(find_field(fields, name) != nullptr,
                        "a group names \"" + prefix + name + "\", which is no field");
        }
    }

private:
    void check_field(const FieldSpec& field, const std::string& path) const {
        const std::string what = "field \"" + path + "\" ";
        require(!field.help.empty(), what + "has no help");
        require(!(field.read_only && field.write_only), what + "is both read-only and write-only");
        require(!(field.read_only && field.required), what + "must be given, and is read-only");
        require(
            (field.type == FieldType::enumeration) == !field.values.empty(),
            what + (field.values.empty() ? "is an enumeration without values" : "has values and is no enumeration"));
        require(field.fields.empty() || has_inner_fields(field.type), what + "has fields and is no object");
        require(field.type != FieldType::object_list || !field.fields.empty(), what + "is a list of empty objects");
        require(field.references.empty() || field.type == FieldType::string || field.type == FieldType::string_list,
                what + "references other resources and is no string");
        require(is_counted(field.type) || !(field.minimum || field.maximum), what + "has a range and is no number");
        require(!field.minimum || !field.maximum || *field.minimum <= *field.maximum, what + "has an empty range");
        require(fits(field), what + "has a default of another type");
        check_fields(field.fields, field.groups, path + ".");
    }

    static bool fits(const FieldSpec& field) {
        const json::value& value = field.default_value;
        if (value.is_null()) return true;
        switch (field.type) {
            case FieldType::integer: return value.is_int64() || value.is_uint64();
            case FieldType::number: return value.is_number();
            case FieldType::boolean: return value.is_bool();
            case FieldType::string_list:
            case FieldType::object_list: return value.is_array();
            case FieldType::object:
            case FieldType::object_map: return value.is_object();
            case FieldType::enumeration:
                return value.is_string() && std::find(field.values.begin(), field.values.end(),
                                                      std::string(value.get_string())) != field.values.end();
            default: return value.is_string();
        }
    }

    void check_condition(const std::vector<FieldSpec>& siblings, const FieldSpec& field,
                         const std::string& path) const {
        const FieldSpec* const other = find_field(siblings, field.when->field);
        require(other != nullptr, "field \"" + path + "\" depends on \"" + field.when->field + "\", which is no field");
        require(other->type != FieldType::enumeration ||
                    std::find(other->values.begin(), other->values.end(), field.when->value) != other->values.end(),
                "field \"" + path + "\" depends on \"" + field.when->value + "\", which \"" + field.when->field +
                    "\" cannot be");
    }

    std::string kind_;
};

/// Whether "grant.role" leads through objects to a field.
bool leads_to_field(const std::vector<FieldSpec>& fields, const std::string& path) {
    const std::size_t dot = path.find('.');
    const FieldSpec* const field = find_field(fields, path.substr(0, dot));
    if (!field) return false;
    return dot == std::string::npos || leads_to_field(field->fields, path.substr(dot + 1));
}

void check_naming(const CatalogKindSpec& spec, const TableCheck& check) {
    if (spec.markdown) {
        check.require(is_spelt(spec.body_field, '_'), "body_field must name what the text below the front matter is");
        check.require(!find_field(spec.fields, spec.body_field), "body_field is the name of a field");
        return;
    }
    const std::string key = spec.name_rule == NameRule::clone_url ? "clone_url" : "name";
    const FieldSpec* const name = find_field(spec.fields, key);
    check.require(name && name->type == FieldType::string, "there is no field \"" + key + "\" of type string");
    check.require(spec.body_field.empty(), "only a kind of Markdown has a body_field");
}

}

void check_kind_table(const CatalogKindSpec& spec) {
    const TableCheck check(spec.name);
    check.require(is_spelt(spec.name, '-'), "the name must match [a-z][a-z0-9-]{0,62}");
    check.require(!spec.description.empty(), "there is no description");
    check.require(!spec.fields.empty() || spec.markdown, "there are no fields");
    for (const std::string& verb : spec.verbs)
        check.require(is_spelt(verb, '-'), "\"" + verb + "\" is not the name of a verb");
    const auto has_verb = [&](const char* verb) {
        return std::find(spec.verbs.begin(), spec.verbs.end(), verb) != spec.verbs.end();
    };
    check.require(has_verb("read"), "the verb \"read\" is missing");
    check.require(spec.read_only || has_verb("create") || has_verb("edit"),
                  "the verb \"create\" or \"edit\" is missing");
    check.check_fields(spec.fields, spec.groups, "");
    check_naming(spec, check);
    for (const std::string& column : spec.columns)
        check.require(leads_to_field(spec.fields, column), "column \"" + column + "\" is no field");
    check.require(spec.sections_after.empty() || find_field(spec.fields, spec.sections_after),
                  "sections_after names \"" + spec.sections_after + "\", which is no field");
    check.require(spec.read_only || !spec.example.empty(), "there is no example");
}

void check_section(const CatalogSection& section) {
    const TableCheck check(section.kind);
    check.require(section.field.type == FieldType::object, "section \"" + section.field.name + "\" is no object");
    check.check_fields({section.field}, {}, section.parent.empty() ? "" : section.parent + ".");
}

}
