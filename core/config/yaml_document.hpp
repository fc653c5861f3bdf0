#pragma once

#include <filesystem>
#include <map>
#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <string>
#include <string_view>

namespace murmur {

/// A configuration file as JSON values that still know where they stood, so that every complaint names file, line and
/// column. Line and column count from 1.
class YamlDocument {
public:
    struct Position {
        int line = 0;
        int column = 0;
    };

    /// Parses one YAML document whose top is a mapping (an empty one counts as an empty mapping).
    ///
    /// Plain scalars follow the YAML 1.2 core schema: `yes` and `no` are strings. Refused, with the position: more than
    /// 1 MiB, deeper nesting than 32 levels, more than 20,000 values after aliases are expanded, duplicate keys, keys
    /// that are not scalars, merge keys, a second document. Throws invalid_argument.
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
    friend class YamlBuilder;
    std::string file_;
    json::object root_;
    std::map<std::string, Position, std::less<>> positions_;  // of keys in mappings and of items in lists
};

}
