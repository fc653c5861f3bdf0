#include "config/limit_settings.hpp"

namespace murmur {

namespace {

// Beyond these a number is a slip of the pen, not a limit.
constexpr double most_dollars = 1'000'000;
constexpr std::int64_t most_turns = 1'000'000;
constexpr std::int64_t most_children = 100'000;

}

void overlay_limits(const YamlReader& reader, LimitSettings& settings) {
    const auto limits = reader.find_mapping("limits");
    if (!limits) return;
    limits->reject_unknown({"max_cost", "max_turns", "max_time", "max_children"});
    settings.max_cost = limits->find_number("max_cost", 0, most_dollars).value_or(settings.max_cost);
    settings.max_turns = limits->find_int("max_turns", 0, most_turns).value_or(settings.max_turns);
    settings.max_time = limits->find_duration("max_time").value_or(settings.max_time);
    settings.max_children = limits->find_int("max_children", 0, most_children).value_or(settings.max_children);
}

}
