#include "catalog/field_paths.hpp"
#include "catalog/validation.hpp"

namespace murmur {

namespace {

void collect_references(const std::vector<FieldSpec>& fields, const json::object& object, const std::string& path,
                        std::vector<BodyReference>& references);

void collect_field_references(const FieldSpec& field, const json::value& value, const std::string& path,
                              std::vector<BodyReference>& references) {
    if (value.is_string() && !field.references.empty() && !value.get_string().empty())
        references.push_back({field.references, std::string(value.get_string()), path});
    if (value.is_array())
        for (std::size_t i = 0; i < value.get_array().size(); ++i)
            collect_field_references(field, value.get_array()[i], path + "[" + std::to_string(i) + "]", references);
    if (!value.is_object()) return;
    const json::object& object = value.get_object();
    // An item of a list is an object of the fields, too; only a map has names in between.
    if (field.type != FieldType::object_map) return collect_references(field.fields, object, path, references);
    for (const auto& member : object)
        if (member.value().is_object())
            collect_references(field.fields, member.value().get_object(), join_field_path(path, member.key()),
                               references);
}

void collect_references(const std::vector<FieldSpec>& fields, const json::object& object, const std::string& path,
                        std::vector<BodyReference>& references) {
    for (const FieldSpec& field : fields)
        if (const json::value* value = object.if_contains(field.name))
            collect_field_references(field, *value, join_field_path(path, field.name), references);
}

}

std::vector<BodyReference> references_of(const CatalogKindSpec& spec, const json::object& body) {
    std::vector<BodyReference> references;
    collect_references(spec.fields, body, "", references);
    return references;
}

}
