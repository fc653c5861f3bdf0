#include "api/budget_fields.hpp"

#include <algorithm>
#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>
#include <cstdio>
#include <murmur/error.hpp>
#include <murmur/settings.hpp>

namespace murmur {

namespace {

template <class Number>
Number not_negative(Number number, const std::string& path) {
    if (number >= Number{}) return number;
    throw Error(Errc::invalid_argument, path + " must not be negative").with_hint("0 is no limit.");
}

/// The budget whose every limit is choose(that of one, that of the other).
template <class Choose>
Budget combined(const Budget& one, const Budget& other, Choose choose) {
    Budget result;
    boost::mp11::mp_for_each<boost::describe::describe_members<Budget, boost::describe::mod_public>>(
        [&](auto limit) { result.*limit.pointer = choose(one.*limit.pointer, other.*limit.pointer); });
    return result;
}

std::string dollars_text(double dollars) {
    char text[32];
    std::snprintf(text, sizeof text, "$%.2f", dollars);
    return text;
}

[[noreturn]] void refuse_above(const std::string& limit, const std::string& wanted, const std::string& most) {
    std::string field = limit;
    std::replace(field.begin(), field.end(), '-', '_');
    throw Error(Errc::invalid_argument,
                "limit " + limit + " of " + wanted + " is above what pool-config allows: " + most)
        .with_hint("Take at most " + most + ", or have it raised: murmur patch pool-config default --set limits." +
                   field + "=…");
}

}

Budget read_budget(const FieldReader& request, std::string_view name) {
    const json::object* const object = request.find_object(name);
    if (!object) return {};
    const FieldReader fields(*object, request.path_of(name));
    Budget budget;
    budget.max_cost_usd = not_negative(fields.get_double("max_cost_usd", 0), fields.path_of("max_cost_usd"));
    budget.max_turns = not_negative(fields.get_int("max_turns", 0), fields.path_of("max_turns"));
    budget.max_time_ms = not_negative(fields.get_int("max_time_ms", 0), fields.path_of("max_time_ms"));
    budget.max_children = not_negative(fields.get_int("max_children", 0), fields.path_of("max_children"));
    return budget;
}

json::object budget_json(const Budget& budget) {
    json::object object;
    if (budget.max_cost_usd != 0) object.emplace("maxCostUsd", budget.max_cost_usd);
    if (budget.max_turns != 0) object.emplace("maxTurns", budget.max_turns);
    if (budget.max_time_ms != 0) object.emplace("maxTimeMs", std::to_string(budget.max_time_ms));
    if (budget.max_children != 0) object.emplace("maxChildren", budget.max_children);
    return object;
}

Budget limits_of(const json::object& body) {
    const json::object* const object = FieldReader(body).find_object("limits");
    if (!object) return {};
    const FieldReader limits(*object, "limits");
    Budget budget;
    budget.max_cost_usd = limits.get_double("max_cost", 0);
    budget.max_turns = limits.get_int("max_turns", 0);
    if (const std::string time = limits.get_string("max_time", ""); !time.empty())
        budget.max_time_ms = parse_duration(time, limits.path_of("max_time")).count();
    budget.max_children = limits.get_int("max_children", 0);
    return budget;
}

Budget overlaid(const Budget& stronger, const Budget& weaker) {
    return combined(stronger, weaker, [](auto one, auto other) { return one == 0 ? other : one; });
}

Budget capped(const Budget& wanted, const Budget& most) {
    // 0 is no limit, so it is more than any other.
    return combined(wanted, most,
                    [](auto one, auto other) { return other != 0 && (one == 0 || one > other) ? other : one; });
}

void check_within(const Budget& wanted, const Budget& most) {
    const auto is_above = [](auto limit, auto allowed) { return allowed != 0 && limit > allowed; };
    if (is_above(wanted.max_cost_usd, most.max_cost_usd))
        refuse_above("max-cost", dollars_text(wanted.max_cost_usd), dollars_text(most.max_cost_usd));
    if (is_above(wanted.max_turns, most.max_turns))
        refuse_above("max-turns", std::to_string(wanted.max_turns), std::to_string(most.max_turns));
    if (is_above(wanted.max_time_ms, most.max_time_ms))
        refuse_above("max-time", format_duration(std::chrono::milliseconds(wanted.max_time_ms)),
                     format_duration(std::chrono::milliseconds(most.max_time_ms)));
    if (is_above(wanted.max_children, most.max_children))
        refuse_above("max-children", std::to_string(wanted.max_children), std::to_string(most.max_children));
}

}
