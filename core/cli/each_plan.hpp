#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace murmur {

/// An agent that `murmur each` is to spawn.
struct EachItem {
    std::string slug, description;
    bool operator==(const EachItem&) const = default;
};

/// Reads -d's value: "\0", "\n", "\t", "\r" and "\\" as in C, else the text itself. Throws a usage error when empty.
std::string parse_delimiter(const std::string& text);

/// What a line becomes in a slug: lower case, "-" for every character that is neither letter nor digit, cut to 60.
std::string slug_part(std::string_view line);

/// An item per line that is not empty, with "{}" replaced in both templates. A line that comes again is a usage error;
/// so is a slug that cannot be one, or a slug template without "{}" for several lines, naming the lines. Different
/// lines whose slugs came out the same get "-2", "-3", … in order of their coming.
std::vector<EachItem> plan_each(std::string_view input, const std::string& delimiter, const std::string& slug_template,
                                const std::string& description_template);

/// What --dry-run prints: slug and description in columns, and the count.
std::string each_table(const std::vector<EachItem>& items);

}
