#include "catalog/body_checker.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "catalog/field_paths.hpp"
#include "catalog/field_values.hpp"

namespace murmur {

namespace {

constexpr std::size_t description_bytes_max = 1024;

/// Null is as good as nothing; so are an empty text, list and map, but not an empty object, which says "this one".
bool is_absent(const FieldSpec& field, const json::value& value) {
    if (value.is_null()) return true;
    switch (field.type) {
        case FieldType::string:
        case FieldType::enumeration:
        case FieldType::duration:
        case FieldType::timestamp: return value.is_string() && value.get_string().empty();
        case FieldType::string_list:
        case FieldType::object_list: return value.is_array() && value.get_array().empty();
        case FieldType::object_map: return value.is_object() && value.get_object().empty();
        default: return false;
    }
}

std::string list_names(const std::vector<std::string>& names, std::string_view last_word) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " " + std::string(last_word) + " " : ", ";
        text += names[i];
    }
    return text;
}

/// "grant: " for a group inside of something, nothing for one at the top.
std::string in_object(const FieldPlace& place) { return place.path.empty() ? "" : place.path + ": "; }

}

FieldPlace FieldPlace::key(std::string_view name, std::string_view spelling) const {
    return {join_field_path(path, name), join_field_path(source_path, spelling)};
}

FieldPlace FieldPlace::item(std::size_t index) const {
    const std::string brackets = "[" + std::to_string(index) + "]";
    return {path + brackets, source_path + brackets};
}

Error field_error(const SourceDocument& document, const FieldPlace& place, const std::string& message,
                  const std::string& hint) {
    Error error(Errc::invalid_argument, to_one_line(message));
    if (!hint.empty()) error = error.with_hint(hint);
    const std::string where = place.source_path.empty() ? std::string() : document.where(place.source_path);
    return where.empty() ? error : error.in(to_one_line(where + ": " + place.path));
}

Error BodyChecker::error(const FieldPlace& place, const std::string& message, const std::string& hint) const {
    return field_error(document_, place, message, hint);
}

json::object BodyChecker::check_top(const CatalogKindSpec& spec, const json::object& given) {
    return check_object(spec.fields, spec.groups, given, {});
}

json::object BodyChecker::check_object(const std::vector<FieldSpec>& fields, const std::vector<FieldGroup>& groups,
                                       const json::object& given, const FieldPlace& place) {
    Scope scope{groups, place, match_fields(fields, given, place)};
    for (const Given& field : scope.fields) {
        check_groups(scope, field);
        check_field(scope, field);
    }
    return std::move(scope.result);
}

std::vector<BodyChecker::Given> BodyChecker::match_fields(const std::vector<FieldSpec>& fields,
                                                          const json::object& given, const FieldPlace& place) const {
    std::vector<Given> matched;
    matched.reserve(fields.size());
    for (const FieldSpec& field : fields) matched.push_back({&field, nullptr, field.name});
    for (const auto& member : given) {
        const std::string key(member.key());
        const FieldSpec* field = find_field(fields, key);
        if (!field) {
            const FieldPlace at = place.key(key, key);
            // A front matter has its own agreed words.
            const bool front_matter = document_.content && place.path.empty();
            throw error(at,
                        front_matter ? "unknown frontmatter key: \"" + key + "\"" : "unknown field \"" + at.path + "\"",
                        field_hint(key, fields));
        }
        Given& entry = matched[static_cast<std::size_t>(field - fields.data())];
        if (entry.value)
            throw error(place.key(field->name, key),
                        "\"" + std::string(entry.spelling) + "\" and \"" + key + "\" are the same field",
                        "Remove one of them.");
        entry.value = &member.value();
        entry.spelling = member.key();
    }
    for (Given& entry : matched)
        if (entry.value && (entry.field->read_only || is_absent(*entry.field, *entry.value))) entry.value = nullptr;
    return matched;
}

void BodyChecker::check_groups(const Scope& scope, const Given& given) const {
    for (const FieldGroup& group : scope.groups) {
        std::vector<std::string> members, present;
        std::string_view spelling;
        for (const Given& field : scope.fields) {
            if (std::find(group.fields.begin(), group.fields.end(), field.field->name) == group.fields.end()) continue;
            members.push_back(field.field->name);
            if (!field.value) continue;
            present.push_back(field.field->name);
            spelling = field.spelling;
        }
        if (members.empty() || members.front() != given.field->name) continue;
        if (present.empty())
            throw error(scope.place, !group.missing.empty()
                                         ? group.missing
                                         : in_object(scope.place) + (group.only_one ? "" : "at least ") + "one of " +
                                               list_names(members, "or") + " is required");
        if (group.only_one && present.size() > 1)
            throw error(scope.place.key(present.back(), spelling),
                        in_object(scope.place) + "only one of " + list_names(members, "and") + " may be set",
                        "Remove " + list_names({present.begin() + 1, present.end()}, "and") + ", or keep another one.");
    }
}

bool BodyChecker::condition_holds(const Scope& scope, const FieldCondition& condition) {
    for (const Given& sibling : scope.fields) {
        if (sibling.field->name != condition.field) continue;
        const json::value& value = sibling.value ? *sibling.value : sibling.field->default_value;
        if (value.is_string()) return value.get_string() == condition.value;
        return !value.is_null() && json::serialize(value) == condition.value;
    }
    return false;
}

bool BodyChecker::is_required(const Scope& scope, const Given& given) const {
    const FieldSpec& field = *given.field;
    if (field.read_only || (field.write_only && secret_is_kept_)) return false;
    if (field.when) return condition_holds(scope, *field.when) && (field.required || field.default_value.is_null());
    return field.required;
}

void BodyChecker::require(const Scope& scope, const Given& given) const {
    const FieldSpec& field = *given.field;
    if (!is_required(scope, given)) return;
    const std::string path = join_field_path(scope.place.path, field.name);
    std::string hint;
    if (field.type == FieldType::enumeration) hint = "Write one of " + list_names(field.values, "or") + ".";
    if (document_.content && !document_.content->starts_with("---"))
        hint = "Begin the text with a front matter: a line ---, fields, and a line ---.";
    throw error(scope.place, field.missing.empty() ? path + " is required" : field.missing, hint);
}

void BodyChecker::check_field(Scope& scope, const Given& given) {
    const FieldSpec& field = *given.field;
    if (!given.value) return require(scope, given);
    const FieldPlace place = scope.place.key(field.name, given.spelling);
    if (field.when && !condition_holds(scope, *field.when))
        throw error(place, place.path + " is only for " + field.when->field + " " + field.when->value);
    json::value value = check_value(field, *given.value, place);
    if (field.write_only)
        secret_.emplace(place.path, std::move(value));
    else
        scope.result.emplace(field.name, std::move(value));
}

json::value BodyChecker::check_value(const FieldSpec& field, const json::value& value, const FieldPlace& place) {
    switch (field.type) {
        case FieldType::enumeration: return check_enumeration(field, value, place);
        case FieldType::string_list: return check_string_list(field, value, place);
        case FieldType::object_list: return check_object_list(field, value, place);
        case FieldType::object_map: return check_object_map(field, value, place);
        case FieldType::object:
            if (!value.is_object()) throw error(place, place.path + " must be an object (fields with values)");
            return check_object(field.fields, field.groups, value.get_object(), place);
        default: break;
    }
    FieldValue read = read_scalar(field.type, value);
    if (!read.value) throw error(place, place.path + " " + read.complaint, read.hint);
    if (field.type == FieldType::string) return check_text(field, *read.value, place);
    if (field.type != FieldType::integer && field.type != FieldType::number && field.type != FieldType::duration)
        return std::move(*read.value);
    if (const std::string complaint = range_complaint(field, *read.value); !complaint.empty())
        throw error(place, field.out_of_range.empty() ? place.path + " " + complaint : field.out_of_range,
                    field.out_of_range.empty() ? "" : "It " + complaint + ".");
    return std::move(*read.value);
}

json::value BodyChecker::check_text(const FieldSpec& field, const json::value& value, const FieldPlace& place) const {
    std::size_t limit = field.length_max;
    if (limit == 0 && place.path == "description") limit = description_bytes_max;
    const std::size_t length = value.get_string().size();
    if (limit != 0 && length > limit)
        throw error(place, place.path + " exceeds " + std::to_string(limit) + " byte limit (" + std::to_string(length) +
                               " bytes)");
    return value;
}

json::value BodyChecker::check_enumeration(const FieldSpec& field, const json::value& value,
                                           const FieldPlace& place) const {
    if (value.is_string())
        for (const std::string& known : field.values)
            if (value.get_string() == known) return value;
    const std::string hint = enumeration_hint(field, value);
    if (field.required) throw error(place, field.missing.empty() ? place.path + " is required" : field.missing, hint);
    throw error(place, place.path + " must be one of " + list_names(field.values, "or"), hint);
}

void BodyChecker::check_count(const FieldSpec& field, std::size_t count, const FieldPlace& place) const {
    if (field.length_max != 0 && count > field.length_max)
        throw error(place, place.path + " has more than " + std::to_string(field.length_max) + " items");
}

json::value BodyChecker::check_string_list(const FieldSpec& field, const json::value& value,
                                           const FieldPlace& place) const {
    if (!value.is_array())
        throw error(place, place.path + " must be a list of strings",
                    value.is_string() ? "Write [ and ] around it." : "");
    const json::array& items = value.get_array();
    check_count(field, items.size(), place);
    json::array result;
    result.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        const FieldPlace at = place.item(i);
        const FieldValue read = read_scalar(FieldType::string, items[i]);
        if (!read.value) throw error(at, at.path + " " + read.complaint, read.hint);
        if (read.value->get_string().empty()) throw error(at, at.path + " must not be empty");
        result.push_back(*read.value);
    }
    return result;
}

json::value BodyChecker::check_object_list(const FieldSpec& field, const json::value& value, const FieldPlace& place) {
    if (!value.is_array())
        throw error(place, place.path + " must be a list of objects", "Begin each item with \"- \".");
    const json::array& items = value.get_array();
    check_count(field, items.size(), place);
    json::array result;
    result.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        const FieldPlace at = place.item(i);
        if (!items[i].is_object()) throw error(at, at.path + " must be an object (fields with values)");
        result.push_back(check_object(field.fields, field.groups, items[i].get_object(), at));
    }
    return result;
}

json::value BodyChecker::check_object_map(const FieldSpec& field, const json::value& value, const FieldPlace& place) {
    if (!value.is_object()) throw error(place, place.path + " must be an object (names with objects)");
    const json::object& members = value.get_object();
    check_count(field, members.size(), place);
    json::object result;
    result.reserve(members.size());
    for (const auto& member : members) {
        const std::string_view key(member.key());
        const FieldPlace at = place.key(key, key);
        if (key.empty()) throw error(place, place.path + " has an empty name");
        if (!member.value().is_object() && !member.value().is_null())
            throw error(at, at.path + " must be an object (fields with values)");
        // "pr_opened:" with nothing behind it is the name with no fields.
        const json::object inner = member.value().is_object() ? member.value().get_object() : json::object();
        result.emplace(key, field.fields.empty() ? inner : check_object(field.fields, field.groups, inner, at));
    }
    return result;
}

}
