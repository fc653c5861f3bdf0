#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <murmur/error.hpp>
#include <optional>
#include <string>
#include <vector>

#include "catalog/kind_registry.hpp"
#include "catalog/resource_text.hpp"
#include "catalog/validation.hpp"
#include "conformance_cases.hpp"

namespace murmur::conformance {

inline const KindRegistry& kinds() {
    static const KindRegistry registry;
    return registry;
}

/// What gtest makes a test's name of: letters, digits and "_".
inline std::string test_label(std::string text) {
    std::string label;
    for (const char c : text) {
        const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_word)
            label += c;
        else if (!label.empty() && label.back() != '_')
            label += '_';
    }
    while (!label.empty() && label.back() == '_') label.pop_back();
    return label;
}

inline void PrintTo(const FieldCase& field, std::ostream* out) { *out << field.kind << " " << field.path; }
inline void PrintTo(const MinimumInput& input, std::ostream* out) { *out << input.label; }
inline void PrintTo(const RefusedInput& input, std::ostream* out) { *out << input.label; }

/// The steps of "repos[].base_branch" or "gce.regions.<name>.cost_per_hour" into the first item and the first name.
std::vector<std::string> steps_of(const std::string& path);
/// The path as complaints have it: "repos[0].base_branch", "gce.regions.us-west1.cost_per_hour".
std::string shown_path(const json::object& fields, const std::string& path);
void put(json::object& fields, const std::string& path, const json::value& value);
void drop(json::object& fields, const std::string& path);
/// Nothing when there is no such field.
const json::value* look(const json::object& fields, const std::string& path);

/// The fields of the input that the case is tried in.
const MinimumInput& base_of(const FieldCase& field);
json::object fields_of(const MinimumInput& input);
/// Fields as a text that `murmur set` accepts: YAML, or Markdown with front matter.
std::string text_of(const std::string& kind, const json::object& fields);
/// Reads and checks the text as `murmur set` would.
CheckedBody set_text(const std::string& kind, const std::string& name, const std::string& text);
/// What `murmur get` prints.
std::string get_text(const std::string& kind, const json::object& body);

/// The message of the complaint about the text, or "accepted".
std::string complaint_about(const std::string& kind, const std::string& name, const std::string& text);

}
