#include "murmur/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "murmur/error.hpp"

namespace murmur {

namespace {

struct DurationUnit {
    std::string_view suffix;
    std::int64_t milliseconds;
};

// Largest first: the order in which format_duration() takes them off.
constexpr std::array<DurationUnit, 5> duration_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

// A century: beyond it a duration is a typing mistake, and sums of a few of them still fit.
constexpr std::int64_t duration_max = 100LL * 365 * 86'400'000;

Error bad_duration(std::string_view text, std::string_view what) {
    return Error(Errc::invalid_argument, std::string(what) + " is not a duration: \"" + std::string(text) + "\"")
        .with_hint("Write it like \"250ms\", \"30s\", \"5m\" or \"1h30m\"; a plain number means seconds.");
}

std::int64_t unit_milliseconds(std::string_view suffix) {
    for (const DurationUnit& unit : duration_units)
        if (unit.suffix == suffix) return unit.milliseconds;
    return 0;
}

/// Reads "1h30m" unit by unit.
std::chrono::milliseconds parse_units(std::string_view text, std::string_view what) {
    double total = 0;
    std::string_view rest = text;
    bool first = true;
    while (!rest.empty()) {
        double number = 0;
        const auto [end, error] =
            std::from_chars(rest.data(), rest.data() + rest.size(), number, std::chars_format::fixed);
        if (error != std::errc() || std::signbit(number)) throw bad_duration(text, what);
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        const std::size_t letters = std::min(rest.find_first_of("0123456789."), rest.size());
        const bool plain_number = first && rest.empty();
        const std::int64_t unit = plain_number ? 1'000 : unit_milliseconds(rest.substr(0, letters));
        if (unit == 0) throw bad_duration(text, what);
        total += number * static_cast<double>(unit);
        if (!(total <= static_cast<double>(duration_max))) throw bad_duration(text, what);
        rest.remove_prefix(letters);
        first = false;
    }
    return std::chrono::milliseconds(std::llround(total));
}

std::chrono::milliseconds duration_of(const json::value& value, std::string_view what) {
    if (value.is_string()) return parse_duration(value.get_string(), what);
    json::error_code error;
    const double seconds = value.to_number<double>(error);
    if (error || !(seconds >= 0) || seconds * 1000 > static_cast<double>(duration_max))
        throw bad_duration(json::serialize(value), what);
    return std::chrono::milliseconds(std::llround(seconds * 1000));
}

/// A list of one may be written as the string itself.
std::vector<std::string> strings_of(const FieldReader& fields, std::string_view name) {
    const json::value* value = fields.find(name);
    if (value && value->is_string()) return {std::string(value->get_string())};
    return fields.get_strings(name);
}

/// Throws unless the field is of its type; FieldReader words the complaint.
void check_type(const FieldReader& fields, const SettingSpec& spec) {
    switch (spec.type) {
        case SettingType::string: fields.get_string(spec.name, ""); return;
        case SettingType::boolean: fields.get_bool(spec.name, false); return;
        case SettingType::integer: fields.get_int(spec.name, 0); return;
        case SettingType::duration:
            if (const json::value* value = fields.find(spec.name)) duration_of(*value, fields.path_of(spec.name));
            return;
        case SettingType::string_list: strings_of(fields, spec.name); return;
        case SettingType::object: fields.find_object(spec.name); return;
    }
}

}

PluginSettings::PluginSettings(const SettingsTable& table, const json::object& given, std::string_view plugin) {
    const FieldReader fields(given, "plugins." + std::string(plugin));
    std::vector<std::string_view> names;
    for (const SettingSpec& spec : table) names.push_back(spec.name);
    fields.reject_unknown(names);
    for (const SettingSpec& spec : table) {
        check_type(fields, spec);
        if (const json::value* value = fields.find(spec.name)) {
            values_[spec.name] = *value;
        } else if (spec.required) {
            throw Error(Errc::invalid_argument, fields.path_of(spec.name) + " is required").with_hint(spec.help);
        } else if (!spec.default_value.is_null()) {
            values_[spec.name] = spec.default_value;
        }
    }
}

std::string PluginSettings::get_string(std::string_view name) const {
    return FieldReader(values_).get_string(name, "");
}
bool PluginSettings::get_bool(std::string_view name) const { return FieldReader(values_).get_bool(name, false); }
std::int64_t PluginSettings::get_int(std::string_view name) const { return FieldReader(values_).get_int(name, 0); }

std::chrono::milliseconds PluginSettings::get_duration(std::string_view name) const {
    const json::value* value = FieldReader(values_).find(name);
    return value ? duration_of(*value, name) : std::chrono::milliseconds(0);
}

std::vector<std::string> PluginSettings::get_strings(std::string_view name) const {
    return strings_of(FieldReader(values_), name);
}

json::object PluginSettings::get_object(std::string_view name) const {
    const json::object* object = FieldReader(values_).find_object(name);
    return object ? *object : json::object();
}

std::string_view setting_type_name(SettingType type) {
    switch (type) {
        case SettingType::string: return "string";
        case SettingType::boolean: return "boolean";
        case SettingType::integer: return "integer";
        case SettingType::duration: return "duration";
        case SettingType::string_list: return "string_list";
        case SettingType::object: return "object";
    }
    return "unknown";
}

std::chrono::milliseconds parse_duration(std::string_view text, std::string_view what) {
    if (text.empty()) throw bad_duration(text, what);
    return parse_units(text, what);
}

std::string format_duration(std::chrono::milliseconds duration) {
    std::int64_t rest = duration.count();
    if (rest == 0) return "0s";
    std::string text = rest < 0 ? "-" : "";
    if (rest < 0) rest = -rest;
    for (const DurationUnit& unit : duration_units) {
        if (rest < unit.milliseconds) continue;
        text += std::to_string(rest / unit.milliseconds) + std::string(unit.suffix);
        rest %= unit.milliseconds;
    }
    return text;
}

}
