#pragma once

#include <murmur/json.hpp>
#include <string>
#include <string_view>

namespace murmur {

/// Block YAML with a newline at the end, "" for an empty object. parse_yaml() gives the same value back as long as its
/// limits hold. Texts of several lines are written as blocks; what another reader of YAML would take for a number, a
/// date or a truth value is quoted. Strings must be UTF-8, numbers finite.
std::string yaml_text(const json::object& object);

/// One value within a line: `[a, {b: 1}]`, "text", 12. For tables and examples.
std::string yaml_flow_text(const json::value& value);

/// The shortest text that reads back as the same number, with a point.
std::string yaml_number_text(double number);

}
