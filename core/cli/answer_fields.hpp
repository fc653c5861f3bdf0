#pragma once

#include <murmur/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <murmur/clock.hpp>
#include <optional>

namespace murmur {

/// Fields of the server's answers (proto3 JSON), read leniently: what is absent or of another type is the empty value,
/// so that a newer server does not break an older program.
std::string answer_text(const json::object& object, std::string_view name);
double answer_number(const json::object& object, std::string_view name);
bool answer_flag(const json::object& object, std::string_view name);
const json::object& answer_object(const json::object& object, std::string_view name);
const json::array& answer_list(const json::object& object, std::string_view name);

/// "2026-05-14T18:30:12.123Z", with or without fraction; nothing for other text.
std::optional<TimePoint> parse_answer_time(std::string_view text);

/// JSON for people and programs: two blanks of indentation, a line break at the end.
std::string pretty_json(const json::value& value);

}
