#include "config/yaml_reader.hpp"

#include <algorithm>
#include <cmath>
#include <murmur/camel_case.hpp>
#include <murmur/nearest.hpp>
#include <murmur/settings.hpp>

namespace murmur {

namespace {

std::string must_be_string(const json::value& value) {
    return value.is_number() || value.is_bool() ? "must be a string: put the value in quotes" : "must be a string";
}

}

std::string YamlReader::path_of(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

YamlReader::Found YamlReader::find(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    std::string spelling(name);
    if (!value) value = object_.if_contains(spelling = camel_case(name));
    if (!value || value->is_null()) return {};
    return {value, path_of(spelling)};
}

std::optional<std::string> YamlReader::find_string(std::string_view name) const {
    const Found found = find(name);
    if (!found.value) return std::nullopt;
    if (!found.value->is_string()) throw document_.error(found.path, must_be_string(*found.value));
    return std::string(found.value->get_string());
}

std::string YamlReader::get_string(std::string_view name) const {
    if (auto text = find_string(name); text && !text->empty()) return *text;
    if (path_.empty()) throw document_.error("", std::string(name) + " is required");
    throw Error(Errc::invalid_argument, document_.where(path_) + ": " + path_of(name) + " is required");
}

std::optional<bool> YamlReader::find_bool(std::string_view name) const {
    const Found found = find(name);
    if (!found.value) return std::nullopt;
    if (!found.value->is_bool()) throw document_.error(found.path, "must be true or false");
    return found.value->get_bool();
}

std::optional<std::int64_t> YamlReader::find_int(std::string_view name, std::int64_t least, std::int64_t most) const {
    const Found found = find(name);
    if (!found.value) return std::nullopt;
    if (!found.value->is_int64() || found.value->get_int64() < least || found.value->get_int64() > most)
        throw document_.error(found.path,
                              "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return found.value->get_int64();
}

std::optional<double> YamlReader::find_number(std::string_view name, double least, double most) const {
    const Found found = find(name);
    if (!found.value) return std::nullopt;
    const double number = found.value->is_number() ? found.value->to_number<double>() : least - 1;
    if (number < least || number > most)
        throw document_.error(found.path, "must be a number from " + std::to_string(std::llround(least)) + " to " +
                                              std::to_string(std::llround(most)));
    return number;
}

std::optional<std::chrono::milliseconds> YamlReader::find_duration(std::string_view name) const {
    const Found found = find(name);
    if (!found.value) return std::nullopt;
    std::string text;
    if (found.value->is_string()) text = std::string(found.value->get_string());
    if (found.value->is_int64()) text = std::to_string(found.value->get_int64());
    try {
        return parse_duration(text, found.path);
    } catch (const Error& failure) {
        throw Error(failure.code(), document_.where(found.path) + ": " + failure.message()).with_hint(failure.hint());
    }
}

std::vector<std::string> YamlReader::find_strings(std::string_view name) const {
    const Found found = find(name);
    std::vector<std::string> strings;
    if (!found.value) return strings;
    if (!found.value->is_array()) throw document_.error(found.path, "must be a list of strings");
    for (const json::value& item : found.value->get_array()) {
        if (!item.is_string())
            throw document_.error(found.path + "[" + std::to_string(strings.size()) + "]", must_be_string(item));
        strings.emplace_back(item.get_string());
    }
    return strings;
}

std::optional<std::string> YamlReader::find_choice(std::string_view name,
                                                   const std::vector<std::string>& choices) const {
    auto word = find_string(name);
    if (!word || std::find(choices.begin(), choices.end(), *word) != choices.end()) return word;
    std::string all;
    for (const std::string& choice : choices) all += (all.empty() ? "" : ", ") + choice;
    const std::string meant = did_you_mean(*word, choices);
    throw error(name, "is \"" + *word + "\", which is not one of " + all).with_hint(meant);
}

std::optional<YamlReader> YamlReader::find_mapping(std::string_view name) const {
    const Found found = find(name);
    if (!found.value) return std::nullopt;
    if (!found.value->is_object()) throw document_.error(found.path, "must be a mapping (key: value)");
    return YamlReader(document_, found.value->get_object(), found.path);
}

std::optional<std::vector<YamlReader>> YamlReader::find_mappings(std::string_view name) const {
    const Found found = find(name);
    if (!found.value) return std::nullopt;
    if (!found.value->is_array()) throw document_.error(found.path, "must be a list");
    std::vector<YamlReader> readers;
    for (const json::value& item : found.value->get_array()) {
        const std::string path = found.path + "[" + std::to_string(readers.size()) + "]";
        if (!item.is_object()) throw document_.error(path, "must be a mapping (key: value)");
        readers.emplace_back(document_, item.get_object(), path);
    }
    return readers;
}

Error YamlReader::error(std::string_view name, const std::string& complaint) const {
    const Found found = find(name);
    return document_.error(found.value ? found.path : path_of(name), complaint);
}

void YamlReader::reject_unknown(const std::vector<std::string>& known) const {
    for (const auto& member : object_) {
        const std::string key(member.key());
        const bool is_known = std::any_of(known.begin(), known.end(), [&](const std::string& name) {
            return name == key || camel_case(name) == key;
        });
        if (is_known) continue;
        std::string hint = did_you_mean(key, known);
        if (hint.empty()) {
            hint = "Known here:";
            for (const std::string& name : known) hint += (&name == &known.front() ? " " : ", ") + name;
            hint += ".";
        }
        throw document_.error(path_of(key), "is not a known key").with_hint(hint);
    }
}

}
