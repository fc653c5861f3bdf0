#include "catalog/field_table.hpp"

#include <algorithm>

namespace murmur {

namespace {

std::string field_type_text(FieldType type) {
    switch (type) {
        case FieldType::string: return "string";
        case FieldType::integer: return "integer";
        case FieldType::number: return "number";
        case FieldType::boolean: return "boolean";
        case FieldType::enumeration: return "enum";
        case FieldType::duration: return "duration";
        case FieldType::timestamp: return "timestamp";
        case FieldType::string_list: return "list of strings";
        case FieldType::object: return "object";
        case FieldType::object_list: return "list of objects";
        case FieldType::object_map: return "map of objects";
    }
    return "value";
}

std::string required_text(const FieldSpec& field, const std::vector<FieldGroup>& groups) {
    if (field.required) return "yes";
    if (field.when) return "when " + field.when->field + " is " + field.when->value;
    for (const FieldGroup& group : groups) {
        if (std::find(group.fields.begin(), group.fields.end(), field.name) == group.fields.end()) continue;
        std::string names;
        for (const std::string& name : group.fields) names += (names.empty() ? "" : ", ") + name;
        return (group.only_one ? "exactly one of " : "at least one of ") + names;
    }
    return "no";
}

std::string default_text(const json::value& value) {
    if (value.is_null()) return {};
    if (value.is_string()) return std::string(value.get_string());
    return json::serialize(value);
}

void append_rows(const std::vector<FieldSpec>& fields, const std::vector<FieldGroup>& groups, const std::string& prefix,
                 std::vector<FieldRow>& rows) {
    for (const FieldSpec& field : fields) {
        const std::string path = prefix + field.name;
        rows.push_back({path, field_type_text(field.type), required_text(field, groups),
                        default_text(field.default_value), &field});
        std::string inner = path + ".";
        if (field.type == FieldType::object_list) inner = path + "[].";
        if (field.type == FieldType::object_map) inner = path + ".<name>.";
        append_rows(field.fields, field.groups, inner, rows);
    }
}

}

std::vector<FieldRow> field_table(const CatalogKindSpec& spec) {
    std::vector<FieldRow> rows;
    append_rows(spec.fields, spec.groups, "", rows);
    return rows;
}

}
