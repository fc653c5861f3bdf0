#pragma once

#include <vector>

#include "cli/command_spec.hpp"

namespace murmur {

/// The flags of `murmur spawn`, in the order in which the help shows them.
const std::vector<FlagSpec>& spawn_flags();

/// Those of them that say what kind of agent it is to be, so that they mean the same for many at once: without the ones
/// that are about one session.
std::vector<FlagSpec> fan_out_flags();

/// Pairs of spawn's flags that contradict each other.
std::vector<std::pair<std::string_view, std::string_view>> spawn_exclusions();

}
