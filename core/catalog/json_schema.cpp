#include <algorithm>

#include "catalog/field_paths.hpp"
#include "catalog/resource_text.hpp"

namespace murmur {

namespace {

constexpr std::string_view duration_pattern = "^([0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h))+$";

json::object schema_of_fields(const std::vector<FieldSpec>& fields, const std::vector<FieldGroup>& groups);

void add_limits(json::object& schema, const FieldSpec& field) {
    if (field.type != FieldType::integer && field.type != FieldType::number) return;
    const auto number = [](double limit) -> json::value {
        if (limit == static_cast<double>(static_cast<std::int64_t>(limit))) return static_cast<std::int64_t>(limit);
        return limit;
    };
    if (field.minimum) schema["minimum"] = number(*field.minimum);
    if (field.maximum) schema["maximum"] = number(*field.maximum);
}

json::object schema_of_type(const FieldSpec& field) {
    switch (field.type) {
        case FieldType::string: return {{"type", "string"}};
        case FieldType::integer: return {{"type", "integer"}};
        case FieldType::number: return {{"type", "number"}};
        case FieldType::boolean: return {{"type", "boolean"}};
        case FieldType::enumeration: {
            json::array values;
            for (const std::string& value : field.values) values.emplace_back(value);
            return {{"enum", std::move(values)}};
        }
        case FieldType::duration: return {{"type", "string"}, {"pattern", duration_pattern}};
        case FieldType::timestamp: return {{"type", "string"}, {"format", "date-time"}};
        case FieldType::string_list:
            return {{"type", "array"}, {"items", json::object{{"type", "string"}, {"minLength", 1}}}};
        case FieldType::object: return schema_of_fields(field.fields, field.groups);
        case FieldType::object_list:
            return {{"type", "array"}, {"items", schema_of_fields(field.fields, field.groups)}};
        case FieldType::object_map: {
            json::object inner = {{"type", json::array{"object", "null"}}};
            if (!field.fields.empty()) inner = schema_of_fields(field.fields, field.groups);
            return {{"type", "object"}, {"additionalProperties", std::move(inner)}};
        }
    }
    return {};
}

json::object schema_of_field(const FieldSpec& field) {
    json::object schema;
    std::string description = field.help;
    if (!field.references.empty()) {
        const bool vowel = std::string_view("aeio").find(field.references[0][0]) != std::string_view::npos;
        description += std::string(description.empty() ? "" : " ") + (vowel ? "Names an " : "Names a ");
        for (const std::string& kind : field.references)
            description += (&kind == &field.references[0] ? "" : " or ") + kind;
        description += ".";
    }
    if (!description.empty()) schema["description"] = description;
    for (auto& member : schema_of_type(field)) schema[member.key()] = std::move(member.value());
    add_limits(schema, field);
    const bool is_list = field.type == FieldType::string_list || field.type == FieldType::object_list;
    if (field.required && is_list) schema["minItems"] = 1;
    if (field.required && field.type == FieldType::string) schema["minLength"] = 1;
    if (field.length_max != 0 && is_list) schema["maxItems"] = field.length_max;
    if (field.length_max != 0 && field.type == FieldType::object_map) schema["maxProperties"] = field.length_max;
    // Bytes are at least as many as characters, so this refuses nothing that is accepted.
    if (field.length_max != 0 && field.type == FieldType::string) schema["maxLength"] = field.length_max;
    if (!field.default_value.is_null()) schema["default"] = field.default_value;
    if (field.read_only) schema["readOnly"] = true;
    if (field.write_only) schema["writeOnly"] = true;
    if (!field.example.empty()) schema["examples"] = json::array{json::string(field.example)};
    return schema;
}

/// "Has one of these", for each spelling of a field.
json::object has_field(const FieldSpec& field) {
    json::array any{json::object{{"required", json::array{json::string(field.name)}}}};
    for (const std::string& other : field.also)
        any.push_back(json::object{{"required", json::array{json::string(other)}}});
    if (any.size() == 1) return any[0].get_object();
    return {{"anyOf", std::move(any)}};
}

const FieldSpec* named_field(const std::vector<FieldSpec>& fields, const std::string& name) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const FieldSpec& f) { return f.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

/// Fields that are needed if a sibling has a value, and must not be there otherwise.
json::object schema_of_condition(const FieldSpec& field) {
    const json::object condition = {
        {"properties", json::object{{field.when->field, json::object{{"const", json::string(field.when->value)}}}}},
        {"required", json::array{json::string(field.when->field)}}};
    json::object schema = {{"if", condition}, {"else", json::object{{"not", has_field(field)}}}};
    if (field.required || field.default_value.is_null()) schema["then"] = has_field(field);
    return schema;
}

json::object schema_of_fields(const std::vector<FieldSpec>& fields, const std::vector<FieldGroup>& groups) {
    json::object properties;
    json::array required, all;
    for (const FieldSpec& field : fields) {
        properties[field.name] = schema_of_field(field);
        for (const std::string& other : field.also) {
            json::object schema = schema_of_field(field);
            schema["deprecated"] = true;
            properties[other] = std::move(schema);
        }
        if (field.read_only) continue;
        if (field.when)
            all.push_back(schema_of_condition(field));
        else if (field.required && field.also.empty())
            required.emplace_back(field.name);
        else if (field.required)
            all.push_back(has_field(field));
    }
    for (const FieldGroup& group : groups) {
        json::array any;
        for (const std::string& name : group.fields)
            if (const FieldSpec* field = named_field(fields, name)) any.push_back(has_field(*field));
        if (!any.empty()) all.push_back(json::object{{group.only_one ? "oneOf" : "anyOf", std::move(any)}});
    }
    json::object schema = {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) schema["required"] = std::move(required);
    if (!all.empty()) schema["allOf"] = std::move(all);
    return schema;
}

std::string name_pattern(NameRule rule) {
    switch (rule) {
        case NameRule::secret: return "^[A-Z][A-Z0-9_]*$";
        case NameRule::image: return "^[a-z][a-z0-9-]{0,62}(@[0-9a-f]+)?$";
        case NameRule::account: return "^[A-Za-z0-9._\\[\\]-]{1,63}$";
        default: return "^[a-z][a-z0-9-]{0,62}$";
    }
}

}

json::object json_schema(const CatalogKindSpec& spec) {
    json::object schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                           {"title", spec.name},
                           {"description", spec.description}};
    for (auto& member : schema_of_fields(spec.fields, spec.groups)) schema[member.key()] = std::move(member.value());
    json::object& properties = schema["properties"].get_object();
    json::object kind = {{"description", "The kind of the resource, where several stand in one file."}};
    kind["const"] = spec.name;
    if (!properties.contains("kind")) properties["kind"] = std::move(kind);
    const bool has_name = properties.contains("name");
    if (spec.markdown && !has_name)
        properties["name"] = json::object{{"description", "The resource's name; the file's name is taken without it."},
                                          {"type", "string"}};
    if (spec.name_rule == NameRule::clone_url || !properties.contains("name")) return schema;
    json::object& name = properties["name"].as_object();
    if (spec.singleton.empty()) {
        name["pattern"] = name_pattern(spec.name_rule);
        return schema;
    }
    name["const"] = spec.singleton;
    name.erase("minLength");
    if (json::value* required = schema.if_contains("required")) {
        json::array kept;
        for (const json::value& field : required->as_array())
            if (field != "name") kept.push_back(field);
        *required = std::move(kept);
    }
    return schema;
}

}
