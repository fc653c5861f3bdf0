#pragma once

#include <murmur/json.hpp>
#include <string>

#include "cli/out.hpp"

namespace murmur {

/// The plugins (PluginInfo each) as a table, and below it why each refused one was refused.
std::string plugin_table(const json::array& plugins, const Out& out);

/// One plugin, a line per field that is set.
std::string plugin_details(const json::object& plugin);

/// Runs murmurd with these arguments and gives the JSON object that it prints. murmurd's own complaint goes to standard
/// error; an Error says that it failed.
json::object ask_murmurd(const std::vector<std::string>& arguments);

}
