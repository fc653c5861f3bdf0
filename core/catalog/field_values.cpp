#include "catalog/field_values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <murmur/nearest.hpp>
#include <murmur/settings.hpp>

#include "base/utf8.hpp"
#include "config/yaml_text.hpp"

namespace murmur {

namespace {

// Up to here each whole number is exact in a double.
constexpr double exact_whole_max = 9007199254740992.0;
// A bad value is shown in a hint, but not a page of it.
constexpr std::size_t shown_value_bytes_max = 64;

FieldValue accepted(json::value value) { return {std::move(value), {}, {}}; }
FieldValue refused(std::string complaint, std::string hint = {}) {
    return {std::nullopt, std::move(complaint), std::move(hint)};
}

/// "0144" is 144 to some readers and, as an octal number, 100 to others.
bool has_leading_zero(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return text.size() > 1 && text[0] == '0' && std::isdigit(static_cast<unsigned char>(text[1]));
}

std::optional<json::value> read_number_text(std::string_view text) {
    if (text.empty() || text.size() > 32) return std::nullopt;
    const char first = text[0] == '-' && text.size() > 1 ? text[1] : text[0];
    if (!std::isdigit(static_cast<unsigned char>(first)) || has_leading_zero(text)) return std::nullopt;
    const char* end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto parsed = std::from_chars(text.data(), end, whole); parsed.ec == std::errc() && parsed.ptr == end)
        return whole;
    double number = 0;
    if (const auto parsed = std::from_chars(text.data(), end, number);
        parsed.ec == std::errc() && parsed.ptr == end && std::isfinite(number))
        return number;
    return std::nullopt;
}

/// A number as protocol-buffer JSON may have it: whole ones as 50, 50.0 or "50".
std::optional<json::value> read_number(const json::value& given) {
    json::value number = given;
    if (given.is_string()) {
        const auto read = read_number_text(given.get_string());
        if (!read) return std::nullopt;
        number = *read;
    }
    if (number.is_uint64()) {
        if (number.get_uint64() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return static_cast<double>(number.get_uint64());
        return static_cast<std::int64_t>(number.get_uint64());
    }
    if (number.is_double()) {
        const double value = number.get_double();
        if (!std::isfinite(value)) return std::nullopt;
        if (std::trunc(value) == value && std::abs(value) <= exact_whole_max) return static_cast<std::int64_t>(value);
        return value;
    }
    if (number.is_int64()) return number;
    return std::nullopt;
}

FieldValue refused_number(const json::value& given, std::string complaint) {
    std::string text = given.is_string() ? std::string(given.get_string()) : std::string();
    if (!has_leading_zero(text)) return refused(std::move(complaint));
    while (has_leading_zero(text)) text.erase(text.find('0'), 1);
    return refused(std::move(complaint),
                   read_number_text(text) ? "Write it without zeros in front: " + text + "." : std::string());
}

FieldValue read_duration(const json::value& given) {
    const std::string complaint = "must be a duration such as 30m or 1h30m";
    std::string text = given.is_string() ? std::string(given.get_string()) : std::string();
    if (given.is_number()) text = json::serialize(given);
    if (given.is_string() && parse_go_duration(text)) return accepted(given);
    if (!text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos)
        return refused(complaint, "A number needs a unit: write " + text + "s, " + text + "m or " + text + "h.");
    return refused(complaint, "Write numbers with the units h, m, s or ms, in this order.");
}

FieldValue read_text(const json::value& given) {
    if (!given.is_string())
        return refused("must be a string", given.is_number() || given.is_bool() ? "Put the value in quotes." : "");
    if (given.get_string().find('\0') != json::string::npos) return refused("must not have NUL characters");
    return accepted(given);
}

std::string limit_text(const FieldSpec& field, double limit) {
    if (field.type == FieldType::duration)
        return format_duration(std::chrono::milliseconds(static_cast<std::int64_t>(std::llround(limit * 1000))));
    if (std::trunc(limit) == limit && std::abs(limit) <= exact_whole_max)
        return std::to_string(static_cast<std::int64_t>(limit));
    return yaml_number_text(limit);
}

std::string plain_enumeration_word(std::string_view word) {
    std::string plain(word);
    std::transform(plain.begin(), plain.end(), plain.begin(),
                   [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::tolower(c)); });
    return plain;
}

bool read_digits(std::string_view& text, std::size_t count, int& number) {
    if (text.size() < count) return false;
    number = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (!std::isdigit(static_cast<unsigned char>(text[i]))) return false;
        number = number * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return true;
}

bool skip_character(std::string_view& text, std::string_view allowed) {
    if (text.empty() || allowed.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

bool is_zone(std::string_view text) {
    if (text == "Z" || text == "z") return true;
    int hours = 0, minutes = 0;
    return skip_character(text, "+-") && read_digits(text, 2, hours) && skip_character(text, ":") &&
           read_digits(text, 2, minutes) && text.empty() && hours < 24 && minutes < 60;
}

}

std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text) {
    struct Unit {
        std::string_view name;
        double nanoseconds;
    };
    // "m" behind "ms": the longer names come first.
    constexpr std::array<Unit, 8> units = {{{"ns", 1},
                                            {"us", 1e3},
                                            {"\u00B5s", 1e3},
                                            {"\u03BCs", 1e3},
                                            {"ms", 1e6},
                                            {"s", 1e9},
                                            {"m", 60e9},
                                            {"h", 3600e9}}};
    if (text == "0") return std::chrono::nanoseconds(0);
    if (text.empty()) return std::nullopt;
    double sum = 0;
    while (!text.empty()) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
        double number = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + digits, number, std::chars_format::fixed);
        if (digits == 0 || parsed.ec != std::errc() || parsed.ptr != text.data() + digits) return std::nullopt;
        text.remove_prefix(digits);
        const auto unit =
            std::find_if(units.begin(), units.end(), [&](const Unit& u) { return text.starts_with(u.name); });
        if (unit == units.end()) return std::nullopt;
        text.remove_prefix(unit->name.size());
        sum += number * unit->nanoseconds;
    }
    // As Go: what does not fit in 64 bits of nanoseconds (292 years) is no duration.
    if (sum >= 9.2e18) return std::nullopt;
    return std::chrono::nanoseconds(std::llround(sum));
}

bool is_timestamp(std::string_view text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!read_digits(text, 4, year) || !skip_character(text, "-") || !read_digits(text, 2, month) ||
        !skip_character(text, "-") || !read_digits(text, 2, day) || !skip_character(text, "Tt") ||
        !read_digits(text, 2, hour) || !skip_character(text, ":") || !read_digits(text, 2, minute) ||
        !skip_character(text, ":") || !read_digits(text, 2, second))
        return false;
    if (skip_character(text, ".")) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        if (digits == 0 || digits > 9) return false;
        text.remove_prefix(digits);
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    return date.ok() && hour < 24 && minute < 60 && second < 61 && is_zone(text);
}

FieldValue read_scalar(FieldType type, const json::value& given) {
    switch (type) {
        case FieldType::integer: {
            const auto number = read_number(given);
            return number && number->is_int64() ? accepted(*number) : refused_number(given, "must be a whole number");
        }
        case FieldType::number: {
            const auto number = read_number(given);
            return number ? accepted(*number) : refused_number(given, "must be a number");
        }
        case FieldType::boolean:
            if (given.is_bool()) return accepted(given);
            return refused("must be true or false");
        case FieldType::duration: return read_duration(given);
        case FieldType::timestamp:
            if (given.is_string() && is_timestamp(given.get_string())) return accepted(given);
            return refused("must be a time such as 2026-05-14T18:30:00Z");
        default: return read_text(given);
    }
}

std::string range_complaint(const FieldSpec& field, const json::value& value) {
    double number = 0;
    if (field.type == FieldType::duration) {
        const auto duration = parse_go_duration(value.get_string());
        number = std::chrono::duration<double>(*duration).count();
    } else {
        number = value.to_number<double>();
    }
    if ((!field.minimum || number >= *field.minimum) && (!field.maximum || number <= *field.maximum)) return {};
    if (field.minimum && field.maximum)
        return "must be from " + limit_text(field, *field.minimum) + " to " + limit_text(field, *field.maximum);
    if (field.minimum) return "must be at least " + limit_text(field, *field.minimum);
    return "must be at most " + limit_text(field, *field.maximum);
}

std::string enumeration_hint(const FieldSpec& field, const json::value& given) {
    std::string word = given.is_string() ? std::string(given.get_string()) : json::serialize(given);
    word = word.size() > shown_value_bytes_max ? "…" : to_one_line(word);
    const std::string plain = plain_enumeration_word(word);
    for (const std::string& value : field.values) {
        const std::string known = plain_enumeration_word(value);
        if (known == plain || known.ends_with("_" + plain)) return "Write " + value + ".";
    }
    if (const std::string meant = did_you_mean(word, field.values); !meant.empty()) return meant;
    std::string all;
    for (const std::string& value : field.values) all += (all.empty() ? "" : ", ") + value;
    return "\"" + word + "\" is none of " + all + ".";
}

}
