#pragma once

#include <map>
#include <murmur/error.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_spec.hpp"

namespace murmur {

/// What was typed after the command's name, checked against its spec.
class Arguments {
public:
    bool has(std::string_view flag) const;
    /// The value of a flag; the last one when it was given more than once; empty when it was not.
    std::string get(std::string_view flag) const;
    const std::vector<std::string>& list(std::string_view flag) const;

    std::vector<std::string> positionals;
    /// The positionals from the n-th on, joined by blanks.
    std::string joined_from(std::size_t first) const;

private:
    friend class ArgumentParser;
    std::map<std::string, std::vector<std::string>, std::less<>> flags_;
};

/// A command line taken apart: the words that name the command, and the rest.
struct CommandLine {
    const CommandSpec* command = nullptr;  ///< null: only global flags were given
    Arguments arguments;
    bool wants_help = false;
};

/// Takes a command line apart. Flags may stand anywhere, `-x` is the same as `--x`, values follow a flag or its `=`,
/// and after `--` everything is a positional. Throws usage errors, with the nearest name for what is unknown.
CommandLine parse_command_line(const std::vector<std::string>& words, const std::vector<const CommandSpec*>& commands);

/// An Error about how the program was called: it exits with 2.
Error usage_error(const std::string& message);
bool is_usage_error(const Error& error);

/// How many positionals an `arguments` text allows; `most` is npos for any number.
struct PositionalCount {
    std::size_t least = 0;
    std::size_t most = 0;
};
PositionalCount count_positionals(std::string_view arguments);

}
