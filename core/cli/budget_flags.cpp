#include "cli/budget_flags.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <murmur/settings.hpp>

#include "cli/answer_fields.hpp"

namespace murmur {

namespace {

// What a double can still count cents of, and far above what anyone pays.
constexpr double cost_most = 1e9;
constexpr std::int64_t count_most = 1'000'000'000;

Error bad_limit(const std::string& flag, const std::string& text, const std::string& remedy) {
    return usage_error("--" + flag + " \"" + text + "\" is no limit").with_hint(remedy);
}

double read_cost(const std::string& flag, const std::string& text) {
    const std::string digits = text.starts_with('$') ? text.substr(1) : text;
    double cost = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), cost);
    if (failed != std::errc() || end != digits.data() + digits.size() || !std::isfinite(cost) || cost < 0 ||
        cost > cost_most)
        throw bad_limit(flag, text, "Give US dollars: --" + flag + " 5 or --" + flag + " 0.50.");
    return cost;
}

std::int64_t read_count(const std::string& flag, const std::string& text) {
    std::int64_t count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failed != std::errc() || end != text.data() + text.size() || count < 0 || count > count_most)
        throw bad_limit(flag, text, "Give a whole number: --" + flag + " 20.");
    return count;
}

std::int64_t read_time(const std::string& flag, const std::string& text) {
    try {
        return parse_duration(text, "--" + flag).count();
    } catch (const Error& error) {
        throw usage_error(error.message()).with_hint("Give a duration: --" + flag + " 90s, 30m or 2h.");
    }
}

std::string dollars(double cost) {
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), "$%.2f", cost);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string duration_text(double milliseconds) {
    const auto seconds = static_cast<std::int64_t>(milliseconds / 1000);
    return format_duration(std::chrono::seconds(seconds));
}

std::string whole_number(double count) { return std::to_string(static_cast<std::int64_t>(count)); }

struct Limit {
    std::string_view flag, budget_field, spent_field;
    std::string (*text)(double);
};
constexpr Limit limits[] = {{"max-cost", "maxCostUsd", "costUsd", dollars},
                            {"max-turns", "maxTurns", "turns", whole_number},
                            {"max-time", "maxTimeMs", "timeMs", duration_text},
                            {"max-children", "maxChildren", "children", whole_number}};

}

const std::vector<FlagSpec>& budget_flags() {
    using Kind = FlagSpec::Kind;
    static const std::vector<FlagSpec> flags = {
        {.name = "max-cost",
         .kind = Kind::text,
         .value = "USD",
         .help = "End the agent before a turn once it and its children have cost so much"},
        {.name = "max-turns", .kind = Kind::text, .value = "N", .help = "At most so many turns, its children's too"},
        {.name = "max-time",
         .kind = Kind::text,
         .value = "DURATION",
         .help = "At most so long in turns, its children's too: 90s, 30m, 2h"},
        {.name = "max-children", .kind = Kind::text, .value = "N", .help = "At most so many agents spawned below it"}};
    return flags;
}

json::object read_budget_flags(const Arguments& args, bool may_lift) {
    json::object budget;
    for (const Limit& limit : limits) {
        if (!args.has(limit.flag)) continue;
        const std::string flag(limit.flag), text = args.get(limit.flag);
        json::value value;
        double number = 0;
        if (may_lift && text == "none") {
            value = 0;
        } else if (flag == "max-cost") {
            value = number = read_cost(flag, text);
        } else if (flag == "max-time") {
            const std::int64_t time = read_time(flag, text);
            number = static_cast<double>(time);
            value = std::to_string(time);  // int64 in proto3 JSON
        } else {
            const std::int64_t count = read_count(flag, text);
            number = static_cast<double>(count);
            value = count;
        }
        if (!may_lift && number <= 0)
            throw usage_error("--" + flag + " must be above 0").with_hint("Leave it out for no limit.");
        budget[limit.budget_field] = std::move(value);
    }
    return budget;
}

std::vector<BudgetLine> budget_lines(const json::object& agent) {
    const json::object& budget = answer_object(agent, "budget");
    const json::object& spent = answer_object(agent, "spent");
    std::vector<BudgetLine> lines;
    for (const Limit& limit : limits) {
        const double most = answer_number(budget, limit.budget_field);
        const double used = answer_number(spent, limit.spent_field);
        BudgetLine line{.name = std::string(limit.flag), .limit = "none", .spent = limit.text(used)};
        if (most > 0) {
            line.limit = limit.text(most);
            line.left = limit.text(std::max(0.0, most - used));
            line.is_limited = true;
            line.used = used / most;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

}
