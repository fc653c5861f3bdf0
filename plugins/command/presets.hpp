#pragma once

#include <chrono>
#include <map>
#include <murmur/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace murmur::command_backend {

enum class PromptBy { standard_input, argument };

/// How a CLI is run in a terminal, for interactive sessions.
struct TerminalCommands {
    std::vector<std::string> command = {};  ///< empty: it is not known how. A first prompt that is not in it is typed
    std::vector<std::string> follow_up = {};
    std::vector<std::string> fork = {};
    std::vector<std::string> interrupt_keys = {"C-c"};  ///< by the names of tmux
    std::chrono::milliseconds quiet_time{0};            ///< a turn that is quiet so long is over; 0: it is not
};

/// How one CLI is run. In arguments, {prompt}, {session_id}, {model} and {system_prompt} stand for the session's
/// values.
struct Preset {
    std::string name;
    std::vector<std::string> command;
    std::vector<std::string> follow_up = {};        ///< of every turn but the first; empty: the same command
    std::vector<std::string> model_arguments = {};  ///< added when a model was chosen
    std::vector<std::string> system_prompt_arguments =
        {};  ///< added when there is one; without these it precedes the prompt
    PromptBy prompt = PromptBy::standard_input;
    std::map<std::string, std::string> environment = {};
    std::vector<std::string> fork = {};  ///< of the first turn with a copy of {forked_session_id}; empty: follow_up
    std::vector<std::string> session_files = {};  ///< what a later process needs, below HOME; see session_places.hpp
    TerminalCommands terminal = {};
};

/// The CLIs that are known, in the order in which they are looked for.
const std::vector<Preset>& known_presets();

/// Reads one from the settings. Throws invalid_argument with the path of the field.
Preset read_preset(const std::string& name, const json::object& object, const std::string& path);

/// "stdin" or "argument". Throws invalid_argument naming `path`.
PromptBy read_prompt_by(const std::string& text, const std::string& path);

}
