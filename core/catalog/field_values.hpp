#pragma once

#include <chrono>
#include <murmur/catalog_kind.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace murmur {

/// "1h30m" and the other forms that Go reads, without a sign; nothing for anything else, such as "90".
std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text);

/// Whether it is a date with a time as RFC 3339 has it: 2026-05-14T18:30:12.5Z.
bool is_timestamp(std::string_view text);

/// What a value is turned into, or why not: exactly one is set.
struct FieldValue {
    std::optional<json::value> value;
    std::string complaint;  ///< "must be a whole number": what follows the path
    std::string hint;
};

/// A number, truth value, duration, time or text in its canonical form: 50.0 and "50" are the integer 50. Not for
/// enumerations, lists and objects. Limits are not checked.
FieldValue read_scalar(FieldType type, const json::value& given);

/// What is wrong with a number or duration that is outside of the field's limits ("must be at least 1"); else empty.
std::string range_complaint(const FieldSpec& field, const json::value& value);

/// What to write in place of a value that the enumeration does not have: "Write SUBSTRATE_GCP.".
std::string enumeration_hint(const FieldSpec& field, const json::value& given);

}
