#include <algorithm>

#include "base/wiping_memory.hpp"
#include "cli/catalog_input.hpp"
#include "cli/commands/commands.hpp"
#include "cli/resource_text.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Secret read_input(CommandContext& context, const std::string& expected) {
    const std::string file = context.args.get("f");
    return file.empty() || file == "-" ? read_resource_stdin(context.out, expected) : read_resource_file(file);
}

int set_one(CommandContext& context) {
    const std::string& kind = context.args.positionals[0];
    const std::string& name = context.args.positionals[1];
    json::object request(wiping_storage());
    request["kind"] = kind;
    request["name"] = name;
    if (const auto generation = expected_generation(context.args)) request["expectedGeneration"] = *generation;
    if (context.args.has("file-field")) add_field_changes(context.args, request["fileFields"].emplace_array());

    const Secret text = read_input(context, "the " + kind + " (murmur describe " + kind + " shows its form)");
    if (is_blank(text.reveal()) && !context.args.has("file-field"))
        throw Error(Errc::invalid_argument, "there is nothing to set: the input is empty")
            .with_hint("Give it the whole " + kind + ": murmur set " + kind + " " + name + " < FILE");
    request["text"].emplace_string() = is_blank(text.reveal()) ? std::string_view("{}") : text.reveal();
    const json::object answer = context.client().call("SetResource", request);
    context.out.print(change_line("Set", kind, name, answer_text(answer, "result")));
    return 0;
}

/// Several documents, each of which says what it is.
int set_stream(CommandContext& context) {
    for (const char* flag : {"file-field", "generation"})
        if (context.args.has(flag))
            throw usage_error("--" + std::string(flag) + " is for one resource: name its kind and name");
    const Secret text = read_input(context, "documents with kind and name, divided by lines of ---");
    if (is_blank(text.reveal()))
        throw Error(Errc::invalid_argument, "there is nothing to set: the input is empty")
            .with_hint(
                "Give it YAML documents with kind and name, or say which one it is: murmur set KIND NAME < FILE");
    json::object request(wiping_storage());
    json::object& document = request["documents"].emplace_array().emplace_back(nullptr).emplace_object();
    if (const std::string file = context.args.get("f"); !file.empty() && file != "-") document["source"] = file;
    document["text"].emplace_string() = text.reveal();
    const json::object answer = context.client().call("ApplyResources", request);
    for (const json::value& value : answer_list(answer, "changes")) {
        if (!value.is_object()) continue;
        const json::object& change = value.get_object();
        context.out.print(change_line("Set", answer_text(change, "kind"), answer_text(change, "name"),
                                      answer_text(change, "result")));
    }
    return 0;
}

int run_set(CommandContext& context) {
    const std::size_t given = context.args.positionals.size();
    if (given == 1)
        throw usage_error("missing <name>")
            .with_hint("Usage: murmur set <kind> <name>, or murmur set alone for documents that say what they are.");
    return given == 0 ? set_stream(context) : set_one(context);
}

}

const CommandSpec& set_command() {
    using Kind = FlagSpec::Kind;
    static const CommandSpec command{
        .name = "set",
        .arguments = "[kind] [name]",
        .summary = "Make a resource, or replace the whole of it, with what comes on standard input",
        .details =
            "Reads YAML, JSON or, for agent-persona and flight, Markdown with front matter. What the text does not\n"
            "mention gets its default: murmur patch changes single fields. murmur get prints what this reads:\n"
            "\n"
            "  murmur get environment small | sed 's/small/large/' | murmur set environment large\n"
            "\n"
            "Without kind and name it reads any number of documents divided by lines of ---, each with its kind\n"
            "and name, and stores all of them or none.",
        .flags = {file_field_flag(),
                  generation_flag(),
                  {.name = "f", .kind = Kind::text, .value = "FILE", .help = "Read this file; - is standard input"}},
        .run = run_set,
        .needs_config = true};
    return command;
}

}
