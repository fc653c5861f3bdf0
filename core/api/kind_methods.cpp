#include <murmur/error.hpp>

#include "api/catalog_methods.hpp"
#include "catalog/field_table.hpp"
#include "catalog/resource_text.hpp"

namespace murmur {

namespace {

json::array string_array(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) array.push_back(json::string(text));
    return array;
}

json::object field_json(const FieldRow& row) {
    const FieldSpec& field = *row.field;
    json::object info{{"path", row.path}, {"type", row.type}, {"required", row.required}, {"help", field.help}};
    if (!row.default_value.empty()) info.emplace("defaultValue", row.default_value);
    if (!field.values.empty()) info.emplace("values", string_array(field.values));
    if (!field.references.empty()) info.emplace("references", string_array(field.references));
    if (field.read_only) info.emplace("readOnly", true);
    if (field.write_only) info.emplace("writeOnly", true);
    return info;
}

json::object kind_summary(const Kind& kind) {
    json::array fields;
    for (const FieldSpec& field : kind.spec.fields) fields.push_back(json::string(field.name));
    json::object summary{{"name", kind.spec.name},
                         {"description", kind.spec.description},
                         {"format", kind.spec.markdown ? "markdown" : "yaml"},
                         {"verbs", string_array(kind.spec.verbs)},
                         {"fields", std::move(fields)}};
    if (kind.spec.read_only) summary.emplace("readOnly", true);
    return summary;
}

}

json::object list_kinds(ApiContext& context, const Caller&, const FieldReader&) {
    json::array kinds;
    for (const auto& kind : context.catalog.kinds().all()) kinds.push_back(kind_summary(*kind));
    return {{"kinds", std::move(kinds)}};
}

json::object get_kind(ApiContext& context, const Caller&, const FieldReader& request) {
    const Kind& kind = context.catalog.kinds().get(request.get_string("kind"));
    json::array fields;
    for (const FieldRow& row : field_table(kind.spec)) fields.push_back(field_json(row));
    return {{"kind", kind_summary(kind)},
            {"example", kind.spec.example},
            {"fields", std::move(fields)},
            {"schema", json_schema(kind.spec)},
            {"documentation", documentation(kind.spec)}};
}

}
