#include "cli/arguments.hpp"

#include <algorithm>
#include <murmur/check.hpp>
#include <murmur/nearest.hpp>
#include <optional>
#include <set>

namespace murmur {

namespace {
constexpr const char* usage_context = "reading the command line";

std::string with_dashes(std::string_view name) { return (name.size() == 1 ? "-" : "--") + std::string(name); }

std::string choices_text(const std::vector<std::string>& choices) {
    std::string text;
    for (const std::string& choice : choices) text += (text.empty() ? "" : ", ") + choice;
    return text;
}
}

const std::vector<FlagSpec>& global_flags() {
    using Kind = FlagSpec::Kind;
    static const std::vector<FlagSpec> flags = {
        {.name = "workspace",
         .kind = Kind::text,
         .value = "NAME",
         .help = "Workspace, instead of the one in murmur.yaml",
         .short_name = "w"},
        {.name = "config",
         .kind = Kind::text,
         .value = "FILE",
         .help = "Configuration file, instead of the nearest .murmur/murmur.yaml"},
        {.name = "context", .kind = Kind::text, .value = "NAME", .help = "Use murmur.<NAME>.yaml; also MURMUR_CONTEXT"},
        {.name = "tenant",
         .kind = Kind::text,
         .value = "PROVIDER/ORG",
         .help = "Tenant, instead of the one in murmur.yaml: github_app/acme"},
        {.name = "verbose", .help = "Show what was being done when something fails", .short_name = "v"},
        {.name = "help", .help = "Show this help", .short_name = "h"}};
    return flags;
}

Error usage_error(const std::string& message) { return Error(Errc::invalid_argument, message).in(usage_context); }

bool is_usage_error(const Error& error) {
    return std::find(error.context().begin(), error.context().end(), usage_context) != error.context().end();
}

PositionalCount count_positionals(std::string_view arguments) {
    PositionalCount count;
    for (std::size_t at = 0; at < arguments.size();) {
        const std::size_t end = std::min(arguments.find(' ', at), arguments.size());
        const std::string_view word = arguments.substr(at, end - at);
        if (word.starts_with('<')) ++count.least;
        if (!word.empty()) ++count.most;
        if (word.find("...") != std::string_view::npos) count.most = std::string_view::npos;
        at = end + 1;
    }
    return count;
}

bool Arguments::has(std::string_view flag) const { return flags_.find(flag) != flags_.end(); }

std::string Arguments::get(std::string_view flag) const {
    const auto found = flags_.find(flag);
    return found == flags_.end() ? std::string() : found->second.back();
}

const std::vector<std::string>& Arguments::list(std::string_view flag) const {
    static const std::vector<std::string> none;
    const auto found = flags_.find(flag);
    return found == flags_.end() ? none : found->second;
}

std::string Arguments::joined_from(std::size_t first) const {
    std::string text;
    for (std::size_t i = first; i < positionals.size(); ++i) text += (i == first ? "" : " ") + positionals[i];
    return text;
}

/// Goes through the words once. The command is known after its first one or two words that are no flags; flags before
/// it can only be global ones.
class ArgumentParser {
public:
    ArgumentParser(const std::vector<std::string>& words, const std::vector<const CommandSpec*>& commands)
        : words_(words), commands_(commands) {}

    CommandLine parse() {
        for (at_ = 0; at_ < words_.size(); ++at_) {
            const std::string& word = words_[at_];
            if (!flags_ended_ && word == "--") {
                flags_ended_ = true;
            } else if (!flags_ended_ && word.size() > 1 && word[0] == '-') {
                take_flag(word);
            } else if (!line_.command) {
                find_command(word);
            } else {
                line_.arguments.positionals.push_back(word);
            }
        }
        if (!group_.empty()) end_in_group();
        line_.wants_help = line_.arguments.has("help");
        if (line_.command && !line_.wants_help) check_flags();
        if (line_.command && !line_.wants_help) check_count();
        return std::move(line_);
    }

private:
    void find_command(const std::string& word) {
        const std::string name = group_.empty() ? word : group_ + " " + word;
        bool is_group = false;
        for (const CommandSpec* command : commands_) {
            if (command->name == name) {
                line_.command = command;
                group_.clear();
                return;
            }
            is_group = is_group || command->name.starts_with(name + " ");
        }
        if (!is_group) throw unknown_command(name);
        group_ = name;
    }

    /// The words that may stand here: commands and groups, or the commands of the group.
    std::vector<std::string> known_words() const {
        std::set<std::string> words;
        for (const CommandSpec* command : commands_) {
            if (command->is_hidden) continue;
            std::string_view rest = command->name;
            if (!group_.empty()) {
                if (!rest.starts_with(group_ + " ")) continue;
                rest.remove_prefix(group_.size() + 1);
            }
            words.emplace(rest.substr(0, rest.find(' ')));
        }
        return {words.begin(), words.end()};
    }

    Error unknown_command(const std::string& name) const {
        const std::string word = group_.empty() ? name : name.substr(group_.size() + 1);
        std::string hint = did_you_mean(word, known_words());
        if (hint.empty() && !group_.empty()) hint = "murmur " + group_ + " has: " + choices_text(known_words()) + ".";
        if (hint.empty()) hint = "Run murmur help for the list of commands.";
        return usage_error("unknown command \"" + name + "\"").with_hint(hint);
    }

    void end_in_group() {
        if (line_.arguments.has("help")) return;
        throw usage_error("murmur " + group_ + " needs a command")
            .with_hint("It has: " + choices_text(known_words()) + ".");
    }

    const FlagSpec* find_flag(std::string_view name) const {
        const auto matches = [&](const FlagSpec& flag) {
            return flag.name == name || (!name.empty() && flag.short_name == name);
        };
        if (line_.command)
            for (const FlagSpec& flag : line_.command->flags)
                if (matches(flag)) return &flag;
        for (const FlagSpec& flag : global_flags())
            if (matches(flag)) return &flag;
        return nullptr;
    }

    Error unknown_flag(const std::string& name) const {
        if (line_.command && !line_.command->surplus.empty())
            return usage_error("unknown flag, which is not repeated here: it may be a secret")
                .with_hint("Run murmur " + std::string(line_.command->name) + " --help.");
        std::vector<std::string> known;
        if (line_.command)
            for (const FlagSpec& flag : line_.command->flags) known.push_back(with_dashes(flag.name));
        for (const FlagSpec& flag : global_flags()) known.push_back(with_dashes(flag.name));
        std::string hint = did_you_mean("--" + name, known);
        if (hint.empty() && !line_.command) hint = "Flags of a command stand after its name.";
        if (hint.empty())
            hint = "Run murmur " + std::string(line_.command->name) +
                   " --help; words that begin with a dash stand behind --.";
        return usage_error("unknown flag \"" + with_dashes(name) + "\"").with_hint(hint);
    }

    void take_flag(const std::string& word) {
        const std::size_t start = word.starts_with("--") ? 2 : 1;
        const std::size_t equals = word.find('=', start);
        const std::string name = word.substr(start, equals == std::string::npos ? equals : equals - start);
        const FlagSpec* flag = find_flag(name);
        if (!flag) throw unknown_flag(name);
        std::optional<std::string> value;
        if (equals != std::string::npos) value = word.substr(equals + 1);
        if (flag->kind == FlagSpec::Kind::boolean) {
            if (value && *value != "true" && *value != "false")
                throw usage_error(with_dashes(name) + " takes true or false, not \"" + *value + "\"");
            if (!value || *value == "true") line_.arguments.flags_[std::string(flag->name)] = {"true"};
            return;
        }
        if (!value) {
            if (at_ + 1 == words_.size())
                throw usage_error(with_dashes(name) + " needs a value: " + with_dashes(name) + " " +
                                  std::string(flag->value));
            value = words_[++at_];
        }
        add_value(*flag, name, std::move(*value));
    }

    void add_value(const FlagSpec& flag, const std::string& name, std::string value) {
        if (!flag.choices.empty() && std::find(flag.choices.begin(), flag.choices.end(), value) == flag.choices.end()) {
            std::string dashed = value;
            std::replace(dashed.begin(), dashed.end(), '_', '-');
            if (std::find(flag.choices.begin(), flag.choices.end(), dashed) == flag.choices.end()) {
                std::string hint = did_you_mean(value, flag.choices);
                if (hint.empty()) hint = "It takes " + choices_text(flag.choices) + ".";
                throw usage_error("unknown " + with_dashes(name) + " \"" + value + "\"").with_hint(hint);
            }
            value = dashed;
        }
        line_.arguments.flags_[std::string(flag.name)].push_back(std::move(value));
    }

    void check_flags() const {
        for (const auto& [one, other] : line_.command->exclusive)
            if (line_.arguments.has(one) && line_.arguments.has(other))
                throw usage_error(with_dashes(one) + " and " + with_dashes(other) + " exclude each other");
        for (const FlagSpec& flag : line_.command->flags)
            if (!flag.is_available && line_.arguments.has(flag.name))
                throw usage_error(with_dashes(flag.name) + " is not available in this version");
    }

    void check_count() const {
        const CommandSpec& command = *line_.command;
        const PositionalCount count = count_positionals(command.arguments);
        const auto& given = line_.arguments.positionals;
        const std::string usage = "Usage: murmur " + std::string(command.name) + " [flags]" +
                                  (command.arguments.empty() ? "" : " ") + std::string(command.arguments);
        if (given.size() > count.most && !command.surplus.empty())
            throw usage_error(std::string(command.surplus)).with_hint(usage + " < FILE");
        if (given.size() > count.most)
            throw usage_error("unexpected argument \"" + given[count.most] + "\"").with_hint(usage);
        if (given.size() >= count.least) return;
        // The names of what is missing are the last ones of the required.
        std::vector<std::string> required;
        for (std::size_t at = command.arguments.find('<'); at != std::string_view::npos;
             at = command.arguments.find('<', at + 1))
            required.emplace_back(command.arguments.substr(at, command.arguments.find('>', at) - at + 1));
        throw usage_error("missing " + required[given.size()]).with_hint(usage);
    }

    const std::vector<std::string>& words_;
    const std::vector<const CommandSpec*>& commands_;
    CommandLine line_;
    std::string group_;  // the first word of a two-word command
    std::size_t at_ = 0;
    bool flags_ended_ = false;
};

CommandLine parse_command_line(const std::vector<std::string>& words, const std::vector<const CommandSpec*>& commands) {
    return ArgumentParser(words, commands).parse();
}

}
