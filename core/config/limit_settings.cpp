#include "config/limit_settings.hpp"

namespace murmur {

void overlay_limits(const YamlReader& reader, LimitSettings& settings) {
    const auto limits = reader.find_mapping("limits");
    if (!limits) return;
    limits->reject_unknown({"max_cost", "max_turns", "max_time", "max_children"});
    settings.max_cost = limits->find_number("max_cost", 0, limit_dollars_max).value_or(settings.max_cost);
    settings.max_turns = limits->find_int("max_turns", 0, limit_turns_max).value_or(settings.max_turns);
    settings.max_time = limits->find_duration("max_time").value_or(settings.max_time);
    settings.max_children = limits->find_int("max_children", 0, limit_children_max).value_or(settings.max_children);
}

}
