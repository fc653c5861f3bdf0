#pragma once

#include <string>
#include <string_view>

#include "config/yaml_tree.hpp"

namespace murmur {

/// A Markdown text taken apart. Views into it.
struct FrontMatter {
    bool present = false;
    std::string_view yaml;  ///< between the two lines `---`; its first line is the text's second
    std::string_view body;  ///< everything behind the second, as it is
};

/// A front matter begins with a line `---` at the very start of the text. Throws invalid_argument when it does not end.
FrontMatter split_front_matter(std::string_view text, const YamlSource& source);

/// The two put together again.
std::string join_front_matter(std::string_view yaml, std::string_view body);

}
