#pragma once

#include <murmur/json.hpp>
#include <string>
#include <string_view>

#include "cli/out.hpp"

namespace murmur {

/// `Set flight "nightly"`, or that it is unchanged where `result` says so; with a line break.
std::string change_line(std::string_view verb, std::string_view kind, std::string_view name, std::string_view result);

/// A text of the server's as it is for programs, and without what could steer a terminal for people.
std::string text_for(const Out& out, const std::string& text);

/// What `murmur describe KIND NAME` prints: what is known of the resource, and its text.
std::string resource_details(const json::object& resource, const Out& out);

/// A table of the rows of a ListResourcesResponse, with its columns; cut to the terminal. `is_wide`: not cut, and with
/// generation, time and author.
std::string resource_table(const json::array& columns, const json::array& rows, bool is_wide, const Out& out);

/// What `murmur apply` prints: what changes, line by line, and a last line that counts.
std::string applied_text(const json::array& changes, bool is_dry_run, const Out& out);

}
