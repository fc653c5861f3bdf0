#include "cli/completion_script.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace murmur {

namespace {

// Slugs are asked for only while murmurd runs: completing a word must not start it.
constexpr const char* slugs_shell = "murmur daemon status >/dev/null 2>&1 && murmur ls -q 2>/dev/null";

std::string dashed_flag(std::string_view name) { return (name.size() == 1 ? "-" : "--") + std::string(name); }

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

/// A single-quoted word for a POSIX-like shell.
std::string quoted(const std::string& text) {
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

bool takes_slug(const CommandSpec& command) {
    const bool is_new = command.name == "spawn";  // its slug does not exist yet
    return !is_new && (command.arguments.starts_with("<slug>") || command.arguments.starts_with("[slug]"));
}

std::vector<FlagSpec> offered_flags(const CommandSpec& command) {
    std::vector<FlagSpec> flags;
    for (const auto* list : {&command.flags, &global_flags()})
        std::copy_if(list->begin(), list->end(), std::back_inserter(flags),
                     [](const FlagSpec& flag) { return flag.is_available; });
    return flags;
}

std::string flag_words(const CommandSpec& command) {
    std::vector<std::string> words;
    for (const FlagSpec& flag : offered_flags(command)) words.push_back(dashed_flag(flag.name));
    return joined(words);
}

/// The words that stand first, and those that follow each group.
std::string words_after(const std::vector<const CommandSpec*>& commands, std::string_view group) {
    std::vector<std::string> words;
    for (const CommandSpec* command : commands) {
        std::string_view rest = command->name;
        if (!group.empty()) {
            if (!rest.starts_with(std::string(group) + " ")) continue;
            rest.remove_prefix(group.size() + 1);
        }
        std::string word(rest.substr(0, rest.find(' ')));
        if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
    }
    return joined(words);
}

std::set<std::string> groups_of(const std::vector<const CommandSpec*>& commands) {
    std::set<std::string> groups;
    for (const CommandSpec* command : commands)
        if (const std::size_t blank = command->name.find(' '); blank != std::string_view::npos)
            groups.emplace(command->name.substr(0, blank));
    return groups;
}

std::string groups_text(const std::vector<const CommandSpec*>& commands) {
    const std::set<std::string> groups = groups_of(commands);
    return joined({groups.begin(), groups.end()});
}

/// "-w|--workspace|…": the flags whose next word is a value.
std::string value_flag_pattern(const std::vector<const CommandSpec*>& commands) {
    std::set<std::string> names;
    const auto add = [&](const FlagSpec& flag) {
        if (flag.kind == FlagSpec::Kind::boolean) return;
        names.insert(dashed_flag(flag.name));
        if (!flag.short_name.empty()) names.insert(dashed_flag(flag.short_name));
    };
    for (const CommandSpec* command : commands) std::for_each(command->flags.begin(), command->flags.end(), add);
    std::for_each(global_flags().begin(), global_flags().end(), add);
    std::string pattern;
    for (const std::string& name : names) pattern += (pattern.empty() ? "" : "|") + name;
    return pattern;
}

/// Shell cases by command that set `flags`, `values` (of the last argument) and `slugs`.
std::string command_cases(const std::vector<const CommandSpec*>& commands) {
    std::string text;
    for (const std::string& group : groups_of(commands))
        text += "        " + quoted(group) + ") values=" + quoted(words_after(commands, group)) + " ;;\n";
    for (const CommandSpec* command : commands) {
        text += "        " + quoted(std::string(command->name)) + ") flags=" + quoted(flag_words(*command));
        if (!command->argument_choices.empty()) text += " values=" + quoted(joined(command->argument_choices));
        if (takes_slug(*command)) text += " slugs=yes";
        if (command->name == "help") text += " values=" + quoted(words_after(commands, ""));
        text += " ;;\n";
    }
    return text;
}

/// Shell cases by "<command> <flag>" that set `values`.
std::string choice_cases(const std::vector<const CommandSpec*>& commands) {
    std::string text;
    for (const CommandSpec* command : commands)
        for (const FlagSpec& flag : command->flags)
            if (!flag.choices.empty() && flag.is_available)
                text += "        " + quoted(std::string(command->name) + " " + dashed_flag(flag.name)) +
                        ") values=" + quoted(joined(flag.choices)) + " ;;\n";
    return text;
}

/// A function _murmur_words that prints the candidates for the last of its arguments; bash and zsh share it.
std::string shared_function(const std::vector<const CommandSpec*>& commands) {
    return "_murmur_words() {\n"
           "    local command= previous= word= flags= values= slugs= current=${@: -1}\n"
           "    local groups=" +
           quoted(" " + groups_text(commands) + " ") +
           "\n"
           "    for word in \"${@:1:$(($# - 1))}\"; do\n"
           "        case $previous in\n"
           "        " +
           value_flag_pattern(commands) +
           ") previous= ; continue ;;\n"
           "        esac\n"
           "        previous=$word\n"
           "        case $word in\n"
           "        -*) continue ;;\n"
           "        esac\n"
           "        if [[ -z $command ]]; then command=$word\n"
           "        elif [[ $groups == *\" $command \"* ]]; then command=\"$command $word\"; fi\n"
           "    done\n"
           "    case $previous in\n"
           "    " +
           value_flag_pattern(commands) +
           ")\n"
           "        case \"$command $previous\" in\n" +
           choice_cases(commands) +
           "        esac\n"
           "        printf '%s\\n' $(printf '%s' \"$values\")\n"
           "        return ;;\n"
           "    esac\n"
           "    case $command in\n"
           "        '') values=" +
           quoted(words_after(commands, "")) + " ;;\n" + command_cases(commands) +
           "    esac\n"
           "    if [[ $current == -* ]]; then values=$flags slugs=; fi\n"
           "    printf '%s\\n' $(printf '%s' \"$values\")\n"
           "    if [[ -n $slugs ]]; then " +
           slugs_shell +
           "; fi\n"
           "}\n";
}

}

std::string bash_completion(const std::vector<const CommandSpec*>& commands) {
    return "# bash completion for murmur: source <(murmur completion bash)\n" + shared_function(commands) +
           "_murmur() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]}\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$(_murmur_words \"${COMP_WORDS[@]:1:COMP_CWORD}\")\" -- "
           "\"$current\")\n"
           "}\n"
           "complete -o bashdefault -o default -F _murmur murmur\n";
}

std::string zsh_completion(const std::vector<const CommandSpec*>& commands) {
    return "#compdef murmur\n# zsh completion for murmur: source <(murmur completion zsh)\n" +
           shared_function(commands) +
           "_murmur() {\n"
           "    emulate -L zsh\n"
           "    setopt local_options ksh_arrays sh_word_split\n"
           "    local candidates\n"
           "    candidates=(${(f)\"$(_murmur_words \"${words[@]:1:$((CURRENT - 1))}\")\"})\n"
           "    compadd -- \"${candidates[@]}\"\n"
           "}\n"
           "compdef _murmur murmur\n";
}

std::string fish_completion(const std::vector<const CommandSpec*>& commands) {
    std::string text = "# fish completion for murmur: murmur completion fish | source\ncomplete -c murmur -f\n";
    const auto add_flag = [&](const std::string& condition, const FlagSpec& flag) {
        text += "complete -c murmur" + condition + (flag.name.size() == 1 ? " -s " : " -l ") + std::string(flag.name);
        if (!flag.short_name.empty()) text += " -s " + std::string(flag.short_name);
        if (flag.kind != FlagSpec::Kind::boolean) text += " -r";
        if (!flag.choices.empty()) text += " -a " + quoted(joined(flag.choices));
        text += " -d " + quoted(std::string(flag.help)) + "\n";
    };
    for (const FlagSpec& flag : global_flags()) add_flag("", flag);
    std::set<std::string> first_words;
    for (const CommandSpec* command : commands) {
        const std::string name(command->name);
        const std::size_t blank = name.find(' ');
        const std::string first = name.substr(0, blank);
        const std::string rest = blank == std::string::npos ? "" : name.substr(blank + 1);
        if (first_words.insert(first).second)
            text += "complete -c murmur -n __fish_use_subcommand -a " + first +
                    (rest.empty() ? " -d " + quoted(std::string(command->summary)) : std::string()) + "\n";
        std::string condition = " -n '__fish_seen_subcommand_from " + first;
        if (!rest.empty()) {
            text += "complete -c murmur" + condition + "; and not __fish_seen_subcommand_from " +
                    words_after(commands, first) + "' -a " + rest + " -d " + quoted(std::string(command->summary)) +
                    "\n";
            condition += "; and __fish_seen_subcommand_from " + rest;
        }
        condition += "'";
        if (takes_slug(*command))
            text += "complete -c murmur" + condition + " -a '(" + std::string(slugs_shell) + ")'\n";
        if (!command->argument_choices.empty())
            text += "complete -c murmur" + condition + " -a " + quoted(joined(command->argument_choices)) + "\n";
        for (const FlagSpec& flag : command->flags)
            if (flag.is_available) add_flag(condition, flag);
    }
    return text;
}

}
