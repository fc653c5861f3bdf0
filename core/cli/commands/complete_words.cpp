#include <algorithm>
#include <chrono>

#include "cli/commands/commands.hpp"
#include "cli/resource_list.hpp"

namespace murmur {

namespace {

// Somebody waits with a finger on the tab key.
constexpr std::chrono::milliseconds completion_patience{300};

/// Words go into the user's command line: what a shell would take for more than a word stays out.
bool is_plain_word(const std::string& word) {
    return !word.empty() && word.front() != '-' && word.front() != '=' &&
           std::all_of(word.begin(), word.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view("-_./:@+,=").find(c) != std::string_view::npos;
           });
}

std::vector<std::string> kind_words(const json::array& kinds, bool with_verbs) {
    std::vector<std::string> words;
    for (const json::value& value : kinds) {
        if (!value.is_object()) continue;
        const std::string name = answer_text(value.get_object(), "name");
        if (!with_verbs) words.push_back(name);
        for (const json::value& verb : answer_list(value.get_object(), "verbs"))
            if (with_verbs && verb.is_string()) words.push_back(name + "." + std::string(verb.get_string()));
    }
    return words;
}

/// "min_idle=" for every field that can be given on a command line; behind a '=', the field's values.
std::vector<std::string> field_words(const json::array& fields, const std::string& current) {
    std::vector<std::string> words;
    for (const json::value& value : fields) {
        if (!value.is_object()) continue;
        const json::object& field = value.get_object();
        const std::string path = answer_text(field, "path");
        const std::string type = answer_text(field, "type");
        if (path == "name" || path.find_first_of("[<") != std::string::npos || answer_flag(field, "readOnly")) continue;
        if (current.find('=') == std::string::npos) {
            if (type != "object" && type != "map of objects") words.push_back(path + "=");
        } else if (current.starts_with(path + "=")) {
            for (const json::value& one : answer_list(field, "values"))
                if (one.is_string()) words.push_back(path + "=" + std::string(one.get_string()));
            if (type == "boolean") words.insert(words.end(), {path + "=true", path + "=false"});
        }
    }
    return words;
}

std::vector<std::string> words_of(const ApiCall& call, const std::vector<std::string>& asked) {
    const std::string& what = asked[0];
    const std::string kind = asked.size() > 1 ? asked[1] : "";
    if (what == "kinds" || what == "permissions")
        return kind_words(answer_list(call("ListKinds", {}), "kinds"), what == "permissions");
    if (what == "fields")
        return field_words(answer_list(call("GetKind", {{"kind", kind}}), "fields"), asked.size() > 2 ? asked[2] : "");
    std::vector<std::string> words;
    if (what != "names") return words;
    for (const json::value& row : list_resources(call, kind).rows)
        if (row.is_object()) words.push_back(answer_text(row.get_object(), "name"));
    return words;
}

int run_complete_words(CommandContext& context) {
    try {
        ApiOptions options = context.client().options();
        options.patience = completion_patience;
        ApiClient client(std::move(options));
        std::string text;
        for (const std::string& word :
             words_of([&](std::string_view method,
                          const json::object&request) { return client.call_if_running(method, request); },
                      context.args.positionals))
            if (is_plain_word(word)) text += word + "\n";
        context.out.print(text);
    } catch (const Error&) {
        return 0;  // completion that cannot be had is none: words on the terminal would be in the way
    }
    return 0;
}

}

const CommandSpec& complete_words_command() {
    static const CommandSpec command{.name = "__complete",
                                     .arguments = "<what> [kind] [word]",
                                     .summary = "Print kinds, permissions, names or fields for shell completion",
                                     .run = run_complete_words,
                                     .is_hidden = true};
    return command;
}

}
