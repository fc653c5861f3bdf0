#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "murmur/export.hpp"

namespace murmur {

/// The candidate that `word` was probably meant to be, by edit distance; nothing when none is near.
MURMUR_SDK_API std::optional<std::string> find_nearest(std::string_view word,
                                                       const std::vector<std::string>& candidates);

/// `Did you mean "x"?`, or an empty string: for hints.
MURMUR_SDK_API std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}
