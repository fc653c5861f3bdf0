#include "cli/usage_text.hpp"

#include <algorithm>

namespace murmur {

namespace {

std::string flag_label(const FlagSpec& flag) {
    const auto dashed = [](std::string_view name) { return (name.size() == 1 ? "-" : "--") + std::string(name); };
    std::string label =
        flag.short_name.empty() ? dashed(flag.name) : dashed(flag.short_name) + ", " + dashed(flag.name);
    if (!flag.value.empty()) label += " " + std::string(flag.value);
    return label;
}

std::string flag_help(const FlagSpec& flag) {
    std::string help(flag.help);
    if (!flag.choices.empty()) {
        help += help.empty() ? "One of " : ": ";
        for (const std::string& choice : flag.choices) help += (&choice == &flag.choices.front() ? "" : ", ") + choice;
    }
    if (flag.kind == FlagSpec::Kind::list) help += " (repeatable)";
    if (!flag.is_available) help += " (not in this version)";
    return help;
}

std::string flag_table(const std::vector<FlagSpec>& flags) {
    std::size_t width = 0;
    for (const FlagSpec& flag : flags) width = std::max(width, flag_label(flag).size());
    std::string text;
    for (const FlagSpec& flag : flags) {
        const std::string label = flag_label(flag);
        text += "  " + label + std::string(width - label.size() + 2, ' ') + flag_help(flag) + "\n";
    }
    return text;
}

}

std::string command_help(const CommandSpec& command) {
    std::string text = "usage: murmur " + std::string(command.name) + " [flags]";
    if (!command.arguments.empty()) text += " " + std::string(command.arguments);
    text += "\n\n" + std::string(command.summary) + ".\n";
    if (!command.details.empty()) text += "\n" + std::string(command.details) + "\n";
    if (!command.flags.empty()) text += "\nFlags:\n" + flag_table(command.flags);
    return text + "\nFlags of every command:\n" + flag_table(global_flags());
}

std::string overview_help(const std::vector<const CommandSpec*>& commands, const std::string& group) {
    std::vector<const CommandSpec*> shown;
    std::size_t width = 0;
    for (const CommandSpec* command : commands) {
        if (command->is_hidden || (!group.empty() && !command->name.starts_with(group + " "))) continue;
        shown.push_back(command);
        width = std::max(width, command->name.size());
    }
    std::string text = "usage: murmur " + (group.empty() ? std::string("<command>") : group + " <command>") +
                       " [flags] [arguments]\n\n";
    if (group.empty()) text += "Runs coding agents on machines and keeps the record of what they did.\n\n";
    text += "Commands:\n";
    for (const CommandSpec* command : shown)
        text += "  " + std::string(command->name) + std::string(width - command->name.size() + 2, ' ') +
                std::string(command->summary) + "\n";
    return text + "\nFlags of every command:\n" + flag_table(global_flags()) +
           "\nRun murmur <command> --help for one of them.\n";
}

}
