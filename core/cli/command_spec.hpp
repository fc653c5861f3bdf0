#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace murmur {

class CommandContext;

/// A flag of a command: its names, what it takes, and its help.
struct FlagSpec {
    enum class Kind { boolean, text, list };  ///< a list may be given again and again

    std::string_view name;  ///< without dashes
    Kind kind = Kind::boolean;
    std::string_view value = {};            ///< how the help calls the value: "NAME"
    std::string_view help = {};             ///< one line
    std::string_view short_name = {};       ///< a second name, such as "w"
    std::vector<std::string> choices = {};  ///< if not empty: the values there are
    bool is_available = true;               ///< false: understood, and refused with a clear message
};

/// A command of murmur: everything that the parser, the help and the completion know of it.
struct CommandSpec {
    std::string_view name;       ///< "spawn", "session watch"
    std::string_view arguments;  ///< "<slug> [prompt...]": <required>, [optional], and the last may repeat
    std::string_view summary;    ///< one line without a full stop
    std::string_view details = {};
    std::vector<FlagSpec> flags = {};
    int (*run)(CommandContext&) = nullptr;  ///< gives the exit code
    bool needs_config = false;  ///< a configuration that cannot be read ends it; else it is said, and left out
    std::vector<std::string> argument_choices = {};  ///< values of the last argument, for completion
    std::vector<std::pair<std::string_view, std::string_view>> exclusive = {};  ///< flags that exclude each other
    /// The complaint about one argument too many where that may be a secret, so that neither it nor an unknown flag is
    /// repeated; empty: they are.
    std::string_view surplus = {};
    bool is_hidden = false;  ///< for scripts of murmur's own: not in the list of commands
};

/// The flags that every command has.
const std::vector<FlagSpec>& global_flags();

}
