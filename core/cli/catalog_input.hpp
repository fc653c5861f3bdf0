#pragma once

#include <murmur/json.hpp>
#include <murmur/secret.hpp>
#include <optional>
#include <string>

#include "cli/command_context.hpp"

namespace murmur {

/// The most that the text of one resource may have; murmurd's limit, known here so that more is not even sent.
inline constexpr std::size_t resource_bytes_max = std::size_t{1} << 20;

/// Text of a resource. It may hold a secret, so it is wiped when it goes. All of these throw, with the remedy, for what
/// cannot be read, is a folder, is longer than the limit, or is not UTF-8.
Secret read_resource_file(const std::string& path);
/// Standard input to its end. On a terminal `expected` is said first, and how to end.
Secret read_resource_stdin(Out& out, const std::string& expected);

/// "a.b=text" at its first '='. Throws a usage error, without the text, when there is none.
struct Assignment {
    std::string path;
    std::string value;
};
Assignment parse_assignment(const std::string& flag, const std::string& text);

/// Adds what --set and --file-field ask for to a request's list of FieldChange.
void add_field_changes(const Arguments& args, json::array& changes);
/// The value of --generation. Throws a usage error when it is no whole number.
std::optional<std::int64_t> expected_generation(const Arguments& args);

/// The flags of commands that take them.
FlagSpec file_field_flag();
FlagSpec generation_flag();

}
