#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace murmur {

/// A grant's `name_pattern`: text, the variables ${provider} and ${username}, and perhaps a "*" at the end.
class NamePattern {
public:
    /// What the variables stand for. Their values are text alone: a "*" in a name is no wildcard.
    struct Variables {
        std::string_view provider;
        std::string_view username;
    };

    /// Throws invalid_argument for an unknown variable.
    explicit NamePattern(std::string_view text);

    bool matches(std::string_view name, const Variables& variables) const;
    /// The pattern with the variables filled in: "alice/*".
    std::string text(const Variables& variables) const;

private:
    struct Part {
        enum class Kind { text, provider, username };
        Kind kind = Kind::text;
        std::string text;
    };
    static std::string_view value_of(const Part& part, const Variables& variables);

    std::vector<Part> parts_;
    bool is_open_ = false;  ///< any rest may follow
};

}
