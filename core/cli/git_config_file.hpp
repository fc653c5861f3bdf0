#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace murmur {

/// The entries of git configuration in the order of reading: "remote.origin.url" and its value. Section and variable
/// names are in lower case, subsections as written.
using GitConfigEntries = std::vector<std::pair<std::string, std::string>>;

/// Reads the text of a git configuration file: sections, subsections, quotes, escapes, comments and continued lines.
/// Lines that git would refuse are passed over: git itself complains about them.
GitConfigEntries parse_git_config(std::string_view text);

/// The last value of a key; empty when there is none.
std::string git_config_value(const GitConfigEntries& entries, std::string_view key);

/// The URL after git's url.<base>.insteadOf rules: the longest prefix wins.
std::string rewrite_git_url(const GitConfigEntries& entries, const std::string& url);

}
