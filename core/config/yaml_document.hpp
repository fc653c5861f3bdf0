#pragma once

#include <filesystem>
#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <string>
#include <string_view>

#include "config/yaml_tree.hpp"

namespace murmur {

/// A configuration file as JSON values that still know where they stood, so that every complaint names file, line and
/// column. Line and column count from 1.
class YamlDocument {
public:
    /// Parses one YAML document whose top is a mapping (an empty one counts as an empty mapping).
    ///
    /// Refused, with the position: what parse_yaml() refuses, and more than 1 MiB. Throws invalid_argument.
    static YamlDocument parse(std::string_view text, std::string file_name);

    /// Reads and parses a file. Throws not_found and the like when it cannot be read.
    static YamlDocument load(const std::filesystem::path& path);

    const json::object& root() const { return root_; }
    const std::string& file() const { return file_; }

    /// "murmurd.yaml:3:5" for the value at a path such as "tokens[0].sha256"; the file alone when there is no such
    /// path.
    std::string where(const std::string& path) const;

    /// An invalid_argument for the value at `path`: "murmurd.yaml:3:5: tokens[0].sha256 must be …".
    Error error(const std::string& path, const std::string& complaint) const;

private:
    std::string file_;
    json::object root_;
    std::map<std::string, YamlPosition, std::less<>> positions_;
};

}
