#include "cli/answer_fields.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <ctime>

namespace murmur {

namespace {

void append_pretty(std::string& text, const json::value& value, std::size_t depth) {
    const std::string inner((depth + 1) * 2, ' ');
    const std::string outer(depth * 2, ' ');
    if (value.is_object() && !value.get_object().empty()) {
        const char* between = "{\n";
        for (const auto& member : value.get_object()) {
            text += between + inner + json::serialize(json::string(member.key())) + ": ";
            append_pretty(text, member.value(), depth + 1);
            between = ",\n";
        }
        text += "\n" + outer + "}";
    } else if (value.is_array() && !value.get_array().empty()) {
        const char* between = "[\n";
        for (const json::value& item : value.get_array()) {
            text += between + inner;
            append_pretty(text, item, depth + 1);
            between = ",\n";
        }
        text += "\n" + outer + "]";
    } else if (value.is_double() && std::isfinite(value.get_double())) {
        std::array<char, 32> digits{};  // the shortest form has at most 24 characters
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value.get_double()).ptr;
        text.append(digits.data(), end);
    } else {
        text += json::serialize(value);
    }
}

}

std::string answer_text(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (!value || value->is_null()) return {};
    if (value->is_string()) return std::string(value->get_string());
    return value->is_structured() ? std::string() : json::serialize(*value);
}

double answer_number(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (!value) return 0;
    if (value->is_string()) return std::strtod(value->get_string().c_str(), nullptr);  // int64 comes as a string
    json::error_code not_a_number;
    const double number = value->to_number<double>(not_a_number);
    return not_a_number ? 0 : number;
}

bool answer_flag(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_bool() && value->get_bool();
}

const json::object& answer_object(const json::object& object, std::string_view name) {
    static const json::object none;
    const json::value* value = object.if_contains(name);
    return value && value->is_object() ? value->get_object() : none;
}

const json::array& answer_list(const json::object& object, std::string_view name) {
    static const json::array none;
    const json::value* value = object.if_contains(name);
    return value && value->is_array() ? value->get_array() : none;
}

std::optional<TimePoint> parse_answer_time(std::string_view text) {
    std::tm parts{};
    const std::string copy(text);
    const char* rest = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (!rest) return std::nullopt;
    std::chrono::milliseconds fraction{0};
    if (*rest == '.') fraction = std::chrono::milliseconds(static_cast<int>(std::strtod(rest, nullptr) * 1000 + 0.5));
    return TimePoint(std::chrono::seconds(::timegm(&parts))) + fraction;
}

std::string pretty_json(const json::value& value) {
    std::string text;
    append_pretty(text, value, 0);
    return text + "\n";
}

}
