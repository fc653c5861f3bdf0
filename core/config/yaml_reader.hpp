#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_document.hpp"

namespace murmur {

/// Reads the fields of one mapping of a configuration file. A key is found in snake_case as given or in camelCase; an
/// absent or empty (null) one is nullopt. Every complaint has file, line, column and the field's path.
/// Holds references: the document must outlive it.
class YamlReader {
public:
    explicit YamlReader(const YamlDocument& document) : YamlReader(document, document.root(), {}) {}
    YamlReader(const YamlDocument& document, const json::object& object, std::string path)
        : document_(document), object_(object), path_(std::move(path)) {}

    std::optional<std::string> find_string(std::string_view name) const;
    std::string get_string(std::string_view name) const;  ///< throws if absent
    std::optional<bool> find_bool(std::string_view name) const;
    std::optional<std::int64_t> find_int(std::string_view name, std::int64_t least, std::int64_t most) const;
    std::optional<double> find_number(std::string_view name, double least, double most) const;  ///< whole bounds
    std::optional<std::chrono::milliseconds> find_duration(std::string_view name) const;
    std::vector<std::string> find_strings(std::string_view name) const;  ///< absent is empty
    /// One of `choices`; for another word, an error with the nearest of them.
    std::optional<std::string> find_choice(std::string_view name, const std::vector<std::string>& choices) const;
    std::optional<YamlReader> find_mapping(std::string_view name) const;
    /// The items of a list of mappings; nullopt when absent.
    std::optional<std::vector<YamlReader>> find_mappings(std::string_view name) const;

    const json::object& object() const { return object_; }
    std::string path_of(std::string_view name) const;
    /// An invalid_argument about that field.
    Error error(std::string_view name, const std::string& complaint) const;
    /// Throws for the first key that is not in `known`, with the nearest known one as the hint.
    void reject_unknown(const std::vector<std::string>& known) const;

private:
    /// The member, and the spelling of its key in the file.
    struct Found {
        const json::value* value = nullptr;
        std::string path;
    };
    Found find(std::string_view name) const;

    const YamlDocument& document_;
    const json::object& object_;
    std::string path_;
};

}
