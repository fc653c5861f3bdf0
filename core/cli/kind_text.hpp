#pragma once

#include <murmur/json.hpp>
#include <string>

#include "cli/out.hpp"

namespace murmur {

/// What `murmur describe` prints: every kind with its format and description, fitted to the terminal.
std::string kind_table(const json::array& kinds, const Out& out);

/// What `murmur describe KIND` prints, from a GetKindResponse: what it is for, who may do what, the least input that is
/// accepted, and its fields.
std::string kind_details(const json::object& answer, const Out& out);

}
