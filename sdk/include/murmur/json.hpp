#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "murmur/export.hpp"

namespace murmur {

namespace json = boost::json;

/// Reads fields of a JSON object and names the path in every complaint ("repos[1].base_branch must be a string").
///
/// A key is found in snake_case as given, or in camelCase. Numbers that proto3 JSON writes as strings are accepted.
/// Holds references: the object must outlive it.
class MURMUR_SDK_API FieldReader {
public:
    explicit FieldReader(const json::object& object, std::string path = {});

    bool has(std::string_view name) const;
    std::string get_string(std::string_view name) const;  ///< throws invalid_argument if absent
    std::string get_string(std::string_view name, std::string_view fallback) const;
    std::int64_t get_int(std::string_view name) const;
    std::int64_t get_int(std::string_view name, std::int64_t fallback) const;
    double get_double(std::string_view name, double fallback) const;
    bool get_bool(std::string_view name, bool fallback) const;
    std::vector<std::string> get_strings(std::string_view name) const;  ///< absent is empty
    /// The nested object, or nullptr when absent. Throws when it is something else.
    const json::object* find_object(std::string_view name) const;
    /// The nested array, or nullptr when absent.
    const json::array* find_array(std::string_view name) const;
    /// The field as it is, or nullptr when absent or null.
    const json::value* find(std::string_view name) const;
    /// The path of a field as used in messages.
    std::string path_of(std::string_view name) const;
    /// Throws invalid_argument naming the first key that is not in `known`, with the nearest known one as the hint.
    void reject_unknown(const std::vector<std::string_view>& known) const;

private:
    const json::object& object_;
    std::string path_;
};

/// Parses one JSON text. Throws invalid_argument with the offset. Nesting is limited to 64 levels.
MURMUR_SDK_API json::value parse_json(std::string_view text, std::string_view what = "JSON");

}
