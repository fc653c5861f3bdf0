#pragma once

#include <murmur/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/arguments.hpp"

namespace murmur {

/// --max-cost, --max-turns, --max-time and --max-children.
const std::vector<FlagSpec>& budget_flags();

/// The fields of a Budget for the flags that were given. `none` as a value lifts a limit (its field is 0) where
/// `may_lift`; a limit of 0 is refused otherwise, since nobody means an agent that may not begin. Throws usage errors.
json::object read_budget_flags(const Arguments& args, bool may_lift);

/// A limit of an agent's budget beside what was used up of it, as text: {"max-cost", "$5.00", "$1.20", "$3.80"}.
struct BudgetLine {
    std::string name, limit, spent, left;
    bool is_limited = false;  ///< else `limit` is "none" and `left` empty
    double used = 0;          ///< the part of the limit that is used up: 1 is all of it
};
/// All four, of an Agent's `budget` and `spent`.
std::vector<BudgetLine> budget_lines(const json::object& agent);

}
