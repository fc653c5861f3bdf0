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

/// How a command's first arguments are completed by `murmur __complete`: "kinds", "permissions", "names secret", or
/// not.
std::string asked_words(const CommandSpec& command) {
    if (command.is_hidden) return {};
    if (command.arguments.starts_with("<kind>") || command.arguments.starts_with("[kind]")) return "kinds";
    if (command.arguments.starts_with("<permission")) return "permissions";
    const bool is_secret = command.name == "secret set" || command.name == "secret rm";
    return is_secret ? "names secret" : "";
}

/// Whether names of that kind's resources follow it.
bool takes_resource(const CommandSpec& command) {
    return asked_words(command) == "kinds" && command.arguments.find("name") != std::string_view::npos;
}

bool takes_field(const FlagSpec& flag) { return flag.value.starts_with("FIELD="); }

std::vector<const CommandSpec*> shown_commands(const std::vector<const CommandSpec*>& commands) {
    std::vector<const CommandSpec*> shown;
    std::copy_if(commands.begin(), commands.end(), std::back_inserter(shown),
                 [](const CommandSpec* command) { return !command->is_hidden; });
    return shown;
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

/// Shell cases by command that set `flags`, `values` (of the last argument), `slugs`, and what to ask murmurd for:
/// `asked` for the first argument, and `resource` where a name follows it.
std::string command_cases(const std::vector<const CommandSpec*>& commands) {
    std::string text;
    for (const std::string& group : groups_of(commands))
        text += "        " + quoted(group) + ") values=" + quoted(words_after(commands, group)) + " ;;\n";
    for (const CommandSpec* command : commands) {
        text += "        " + quoted(std::string(command->name)) + ") flags=" + quoted(flag_words(*command));
        if (!command->argument_choices.empty()) text += " values=" + quoted(joined(command->argument_choices));
        if (takes_slug(*command)) text += " slugs=yes";
        if (const std::string asked = asked_words(*command); !asked.empty()) text += " asked=" + quoted(asked);
        if (takes_resource(*command)) text += " resource=yes";
        if (command->name == "help") text += " values=" + quoted(words_after(commands, ""));
        text += " ;;\n";
    }
    return text;
}

/// Shell cases by "<command> <flag>" that set `values`, or print what murmurd knows.
std::string choice_cases(const std::vector<const CommandSpec*>& commands) {
    std::string text = "        *' -w' | *' --workspace') murmur __complete names workspace 2>/dev/null ;;\n";
    for (const CommandSpec* command : commands)
        for (const FlagSpec& flag : command->flags)
            if (takes_field(flag))
                text += "        " + quoted(std::string(command->name) + " " + dashed_flag(flag.name)) +
                        ") murmur __complete fields \"${args[0]-}\" \"$current\" 2>/dev/null ;;\n";
            else if (!flag.choices.empty() && flag.is_available)
                text += "        " + quoted(std::string(command->name) + " " + dashed_flag(flag.name)) +
                        ") values=" + quoted(joined(flag.choices)) + " ;;\n";
    return text;
}

/// A function _murmur_words that prints the candidates for the last of its arguments; bash and zsh share it.
std::string shared_function(const std::vector<const CommandSpec*>& commands) {
    return "_murmur_words() {\n"
           "    local command= previous= word= flags= values= slugs= asked= resource= current=${@: -1}\n"
           "    local -a args=()\n"
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
           "        elif [[ $groups == *\" $command \"* ]]; then command=\"$command $word\"\n"
           "        else args+=(\"$word\"); fi\n"
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
           "    if [[ $current == -* ]]; then values=$flags slugs= asked= resource=; fi\n"
           "    printf '%s\\n' $(printf '%s' \"$values\")\n"
           "    if [[ -n $slugs ]]; then " +
           slugs_shell +
           "; fi\n"
           "    if [[ ${#args[@]} -eq 0 && -n $asked || $asked == permissions ]]; then "
           "murmur __complete $(printf '%s' \"$asked\") 2>/dev/null\n"
           "    elif [[ ${#args[@]} -eq 1 && -n $resource ]]; then murmur __complete names \"${args[0]}\" 2>/dev/null; "
           "fi\n"
           "}\n";
}

}

std::string bash_completion(const std::vector<const CommandSpec*>& all) {
    // bash takes words apart at '=' and ':' and replaces the last piece alone.
    return "# bash completion for murmur: source <(murmur completion bash)\n" + shared_function(shown_commands(all)) +
           "_murmur() {\n"
           "    local piece= word= current= kept=\n"
           "    local -a words=()\n"
           "    for piece in \"${COMP_WORDS[@]:1:COMP_CWORD}\"; do\n"
           "        if [[ ${#words[@]} -gt 0 && ( $piece == [=:]* || ${words[-1]} == *[=:] ) ]]; then\n"
           "            words[-1]+=$piece\n"
           "        else words+=(\"$piece\"); fi\n"
           "    done\n"
           "    current=${words[-1]}\n"
           "    if [[ $current == *[=:]* && $current != \"$piece\" ]]; then\n"
           "        if [[ $piece == [=:]* ]]; then kept=$current; else kept=${current%\"$piece\"}; fi\n"
           "    fi\n"
           "    COMPREPLY=()\n"
           "    while IFS= read -r word; do\n"
           "        if [[ -n $word && $word == \"$current\"* ]]; then COMPREPLY+=(\"${word#\"$kept\"}\"); fi\n"
           "    done < <(_murmur_words \"${words[@]}\")\n"
           "    if [[ ${COMPREPLY[0]-} == *= ]]; then compopt -o nospace 2>/dev/null; fi\n"
           "    return 0\n"
           "}\n"
           "complete -o bashdefault -o default -F _murmur murmur\n";
}

std::string zsh_completion(const std::vector<const CommandSpec*>& all) {
    return "#compdef murmur\n# zsh completion for murmur: source <(murmur completion zsh)\n" +
           shared_function(shown_commands(all)) +
           "_murmur() {\n"
           "    emulate -L zsh\n"
           "    setopt local_options ksh_arrays sh_word_split\n"
           "    local word\n"
           "    local -a whole begun\n"
           "    for word in ${(f)\"$(_murmur_words \"${words[@]:1:$((CURRENT - 1))}\")\"}; do\n"
           "        if [[ $word == *= ]]; then begun+=(\"$word\"); else whole+=(\"$word\"); fi\n"
           "    done\n"
           "    compadd -- \"${whole[@]}\"\n"
           "    compadd -S '' -- \"${begun[@]}\"\n"
           "}\n"
           "compdef _murmur murmur\n";
}

namespace {

/// The lines for what murmurd knows of a command's first two arguments; `condition` says that it is this command's
/// turn.
std::string fish_arguments(const CommandSpec& command, const std::string& condition) {
    const std::string asked = asked_words(command);
    if (asked.empty()) return {};
    const auto words = static_cast<long>(std::count(command.name.begin(), command.name.end(), ' ')) + 2;
    const auto line = [&](long count, const std::string& ask) {
        const std::string there = condition.substr(0, condition.size() - 1) +
                                  "; and test (count (commandline -opc)) -eq " + std::to_string(count) + "'";
        return "complete -c murmur" + (asked == "permissions" ? condition : there) + " -a '(murmur __complete " + ask +
               ")'\n";
    };
    std::string text = line(words, asked);
    if (takes_resource(command)) text += line(words + 1, "names (commandline -opc)[" + std::to_string(words + 1) + "]");
    return text;
}

}

std::string fish_completion(const std::vector<const CommandSpec*>& all) {
    const std::vector<const CommandSpec*> commands = shown_commands(all);
    std::string text = "# fish completion for murmur: murmur completion fish | source\ncomplete -c murmur -f\n";
    const auto add_flag = [&](const std::string& condition, const FlagSpec& flag) {
        text += "complete -c murmur" + condition + (flag.name.size() == 1 ? " -s " : " -l ") + std::string(flag.name);
        if (!flag.short_name.empty()) text += " -s " + std::string(flag.short_name);
        const bool takes_files = flag.choices.empty() && flag.name != "set" && flag.name != "workspace";
        if (flag.kind != FlagSpec::Kind::boolean) text += takes_files ? " -r" : " -x";
        if (!flag.choices.empty()) text += " -a " + quoted(joined(flag.choices));
        if (takes_field(flag)) text += " -a '(murmur __complete fields (commandline -opc)[3] (commandline -ct))'";
        if (flag.name == "workspace") text += " -a '(murmur __complete names workspace)'";
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
        text += fish_arguments(*command, condition);
        if (!command->argument_choices.empty())
            text += "complete -c murmur" + condition + " -a " + quoted(joined(command->argument_choices)) + "\n";
        for (const FlagSpec& flag : command->flags)
            if (flag.is_available) add_flag(condition, flag);
    }
    return text;
}

}
