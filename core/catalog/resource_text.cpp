#include "catalog/resource_text.hpp"

#include <murmur/camel_case.hpp>

#include "catalog/field_paths.hpp"
#include "catalog/front_matter.hpp"
#include "config/yaml_text.hpp"

namespace murmur {

namespace {

json::value api_value(const FieldSpec& field, const json::value& value);

json::object api_object(const std::vector<FieldSpec>& fields, const json::object& object) {
    json::object result;
    result.reserve(object.size());
    for (const auto& member : object) {
        const FieldSpec* field = find_field(fields, member.key());
        result.emplace(field ? camel_case(member.key()) : std::string(member.key()),
                       field ? api_value(*field, member.value()) : member.value());
    }
    return result;
}

json::value api_value(const FieldSpec& field, const json::value& value) {
    if (field.fields.empty()) return value;
    if (value.is_array()) {
        json::array result;
        for (const json::value& item : value.get_array()) result.push_back(api_value(field, item));
        return result;
    }
    if (!value.is_object()) return value;
    if (field.type != FieldType::object_map) return api_object(field.fields, value.get_object());
    json::object result;
    for (const auto& member : value.get_object())
        result.emplace(member.key(), member.value().is_object()
                                         ? json::value(api_object(field.fields, member.value().get_object()))
                                         : member.value());
    return result;
}

std::string cell_text(const json::value& value) {
    if (value.is_string()) {
        const std::string_view text = value.get_string();
        const std::size_t end = text.find('\n');
        return std::string(text.substr(0, end)) + (end == std::string_view::npos || end + 1 == text.size() ? "" : "…");
    }
    if (value.is_null()) return {};
    if (value.is_double()) return yaml_number_text(value.get_double());
    std::string text;
    if (value.is_array()) {
        for (const json::value& item : value.get_array()) {
            if (item.is_structured()) return std::to_string(value.get_array().size());
            text += (text.empty() ? "" : ", ") + cell_text(item);
        }
        return text;
    }
    if (!value.is_object()) return json::serialize(value);
    for (const auto& member : value.get_object()) text += (text.empty() ? "" : ", ") + std::string(member.key());
    return text;
}

/// The value at a path like "source.gce" or "repos[].clone_url", as text: of lists on the way, each item's.
std::string text_at(const json::value& value, std::string_view path) {
    if (path.empty()) return cell_text(value);
    if (value.is_array()) {
        if (path.starts_with("[]")) path.remove_prefix(2);
        if (path.starts_with(".")) path.remove_prefix(1);
        std::string text;
        for (const json::value& item : value.get_array()) {
            const std::string part = text_at(item, path);
            if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
        }
        return text;
    }
    if (!value.is_object()) return {};
    if (path.starts_with(".")) path.remove_prefix(1);
    const std::size_t end = std::min(path.find_first_of(".["), path.size());
    const json::value* inner = value.get_object().if_contains(path.substr(0, end));
    return inner ? text_at(*inner, path.substr(end)) : std::string();
}

}

std::string to_yaml(const json::object& body) { return body.empty() ? "{}\n" : yaml_text(body); }

std::string to_markdown(const CatalogKindSpec& spec, const json::object& body) {
    json::object front = body;
    const std::string body_field = body_field_name(spec);
    std::string text;
    if (const json::value* found = body.if_contains(body_field); found && found->is_string()) {
        text = std::string(found->get_string());
        front.stable_erase(body_field);
    }
    return join_front_matter(yaml_text(front), text);
}

json::object to_api_json(const CatalogKindSpec& spec, const json::object& body) {
    json::object result = api_object(spec.fields, body);
    const std::string body_field = body_field_name(spec);
    if (const json::value* text = spec.markdown ? body.if_contains(body_field) : nullptr;
        text && camel_case(body_field) != body_field) {
        result.stable_erase(body_field);
        result.emplace(camel_case(body_field), *text);
    }
    return result;
}

std::vector<std::string> column_values(const CatalogKindSpec& spec, const json::object& body) {
    std::vector<std::string> cells;
    for (const std::string& column : spec.columns) {
        std::string text = text_at(body, column);
        const FieldSpec* field = find_field(spec.fields, column);
        if (text.empty() && field) text = cell_text(field->default_value);
        cells.push_back(std::move(text));
    }
    return cells;
}

}
