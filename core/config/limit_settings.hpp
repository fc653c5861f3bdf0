#pragma once

#include <chrono>
#include <cstdint>

#include "config/yaml_reader.hpp"

namespace murmur {

// Beyond these a number is a slip of the pen, not a limit.
inline constexpr double limit_dollars_max = 1'000'000;
inline constexpr std::int64_t limit_turns_max = 1'000'000;
inline constexpr std::int64_t limit_children_max = 100'000;

/// `limits` of a configuration file: what an agent, with all that it spawns, may use up. 0: nothing is said.
struct LimitSettings {
    double max_cost = 0;  ///< US dollars
    std::int64_t max_turns = 0;
    std::chrono::milliseconds max_time{0};
    std::int64_t max_children = 0;
};

/// Lays the mapping `limits`, if there is one, over `settings`: each limit that it names. Throws invalid_argument.
void overlay_limits(const YamlReader& reader, LimitSettings& settings);

}
