#include "murmur/json.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "murmur/camel_case.hpp"
#include "murmur/error.hpp"
#include "murmur/nearest.hpp"

namespace murmur {

namespace {

Error wrong_type(const std::string& path, std::string_view wanted) {
    return Error(Errc::invalid_argument, path + " must be " + std::string(wanted));
}

}

FieldReader::FieldReader(const json::object& object, std::string path) : object_(object), path_(std::move(path)) {}

std::string FieldReader::path_of(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

const json::value* FieldReader::find(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    if (!value && name.find('_') != std::string_view::npos) value = object_.if_contains(camel_case(name));
    return value && !value->is_null() ? value : nullptr;
}

bool FieldReader::has(std::string_view name) const { return find(name) != nullptr; }

std::string FieldReader::get_string(std::string_view name) const {
    if (!has(name)) throw Error(Errc::invalid_argument, path_of(name) + " is required");
    return get_string(name, "");
}

std::string FieldReader::get_string(std::string_view name, std::string_view fallback) const {
    const json::value* value = find(name);
    if (!value) return std::string(fallback);
    if (!value->is_string()) throw wrong_type(path_of(name), "a string");
    return std::string(value->get_string());
}

std::int64_t FieldReader::get_int(std::string_view name) const {
    if (!has(name)) throw Error(Errc::invalid_argument, path_of(name) + " is required");
    return get_int(name, 0);
}

std::int64_t FieldReader::get_int(std::string_view name, std::int64_t fallback) const {
    const json::value* value = find(name);
    if (!value) return fallback;
    if (value->is_int64()) return value->get_int64();
    if (value->is_uint64() && value->get_uint64() <= std::numeric_limits<std::int64_t>::max())
        return static_cast<std::int64_t>(value->get_uint64());
    // 2^53: every whole number up to here is exact in a double.
    if (value->is_double() && std::trunc(value->get_double()) == value->get_double() &&
        std::abs(value->get_double()) <= 9007199254740992.0)
        return static_cast<std::int64_t>(value->get_double());
    if (value->is_string()) {  // proto3 JSON writes 64-bit numbers as strings
        const auto& text = value->get_string();
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && end == text.data() + text.size()) return number;
    }
    throw wrong_type(path_of(name), "a whole number");
}

double FieldReader::get_double(std::string_view name, double fallback) const {
    const json::value* value = find(name);
    if (!value) return fallback;
    if (value->is_double()) return value->get_double();
    if (value->is_int64()) return static_cast<double>(value->get_int64());
    if (value->is_uint64()) return static_cast<double>(value->get_uint64());
    throw wrong_type(path_of(name), "a number");
}

bool FieldReader::get_bool(std::string_view name, bool fallback) const {
    const json::value* value = find(name);
    if (!value) return fallback;
    if (!value->is_bool()) throw wrong_type(path_of(name), "true or false");
    return value->get_bool();
}

std::vector<std::string> FieldReader::get_strings(std::string_view name) const {
    std::vector<std::string> strings;
    const json::array* array = find_array(name);
    if (!array) return strings;
    for (std::size_t i = 0; i < array->size(); ++i) {
        if (!(*array)[i].is_string()) throw wrong_type(path_of(name) + "[" + std::to_string(i) + "]", "a string");
        strings.emplace_back((*array)[i].get_string());
    }
    return strings;
}

const json::object* FieldReader::find_object(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) return nullptr;
    if (!value->is_object()) throw wrong_type(path_of(name), "an object");
    return &value->get_object();
}

const json::array* FieldReader::find_array(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) return nullptr;
    if (!value->is_array()) throw wrong_type(path_of(name), "a list");
    return &value->get_array();
}

void FieldReader::reject_unknown(const std::vector<std::string_view>& known) const {
    for (const auto& member : object_) {
        const std::string_view key(member.key().data(), member.key().size());
        bool found = false;
        for (const std::string_view name : known) found = found || key == name || key == camel_case(name);
        if (found) continue;
        const Error error(Errc::invalid_argument, "unknown field \"" + path_of(key) + "\"");
        const std::string hint = did_you_mean(key, {known.begin(), known.end()});
        throw hint.empty() ? error : error.with_hint(hint);
    }
}

json::value parse_json(std::string_view text, std::string_view what) {
    json::parse_options options;
    options.max_depth = 64;
    json::stream_parser parser({}, options);
    json::error_code error;
    const std::size_t consumed = parser.write_some(text.data(), text.size(), error);
    if (!error && consumed < text.size()) error = json::error::extra_data;
    if (!error) parser.finish(error);
    if (error)
        throw Error(Errc::invalid_argument, std::string(what) + " cannot be parsed at byte " +
                                                std::to_string(consumed) + ": " + error.message());
    return parser.release();
}

}
