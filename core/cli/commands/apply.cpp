#include <algorithm>

#include "base/wiping_memory.hpp"
#include "cli/catalog_input.hpp"
#include "cli/commands/commands.hpp"
#include "cli/document_files.hpp"
#include "cli/resource_text.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

// murmurd takes 16 MiB in one request, and text grows when it becomes JSON.
constexpr std::size_t apply_bytes_max = std::size_t{12} << 20;

std::vector<std::string> kind_names(CommandContext& context) {
    std::vector<std::string> names;
    const json::object answer = context.client().call("ListKinds", {});
    for (const json::value& kind : answer_list(answer, "kinds"))
        if (kind.is_object()) names.push_back(answer_text(kind.get_object(), "name"));
    return names;
}

/// Everything that -f names, as the request's documents; it may hold secrets.
void read_documents(CommandContext& context, json::array& documents) {
    auto add = [&, total = std::size_t{0}](const Secret& text) mutable -> json::object& {
        total += text.reveal().size();
        if (total > apply_bytes_max)
            throw Error(Errc::resource_exhausted, "the files are longer than 12 MiB together")
                .with_hint("Apply them in several steps; was a folder named by mistake?");
        json::object& document = documents.emplace_back(nullptr).emplace_object();
        document["text"].emplace_string() = text.reveal();
        return document;
    };
    std::vector<std::string> paths = context.args.list("f");
    const auto first_stdin = std::remove(paths.begin(), paths.end(), "-");
    if (first_stdin != paths.end()) add(read_resource_stdin(context.out, "documents with kind and name"));
    paths.erase(first_stdin, paths.end());
    if (paths.empty()) return;
    const std::vector<DocumentFile> files = find_document_files(paths);
    const std::vector<std::string> kinds = kind_names(context);
    for (const DocumentFile& file : files) {
        json::object& document = add(read_resource_file(file.path));
        document["source"] = file.path;
        if (const std::string kind = kind_of_folder(file.folder, kinds); !kind.empty()) document["defaultKind"] = kind;
    }
}

int run_apply(CommandContext& context) {
    if (!context.args.has("f"))
        throw usage_error("there is nothing to apply").with_hint("Name a file or folder: murmur apply -f DIR");
    json::object request(wiping_storage());
    read_documents(context, request["documents"].emplace_array());
    const bool is_dry_run = context.args.has("dry-run");
    if (is_dry_run) request["dryRun"] = true;
    const json::object answer = context.client().call("ApplyResources", request);
    const json::array& changes = answer_list(answer, "changes");
    for (const json::value& source : answer_list(answer, "skipped"))
        if (source.is_string())
            context.out.note("note: there is nothing in " + as_one_line(source.get_string()) + "; it is left out\n");
    context.out.print(context.args.has("json") ? pretty_json(changes) : applied_text(changes, is_dry_run, context.out));
    return 0;
}

}

const CommandSpec& apply_command() {
    using Kind = FlagSpec::Kind;
    static const CommandSpec command{
        .name = "apply",
        .arguments = "",
        .summary = "Store every resource of files and folders, all of them or none, and show what changes",
        .details =
            "A folder is gone through for .yaml, .yml, .json and .md files (hidden ones and README.md are left\n"
            "out). A document says its kind and name; in a folder that is called like a kind (workspace, or\n"
            "workspaces) the kind may be left out, and in Markdown the name, which then is the file's. The order\n"
            "does not matter: what others refer to is stored first.",
        .flags = {{.name = "f", .kind = Kind::list, .value = "FILE|DIR", .help = "What to read; - is standard input"},
                  {.name = "dry-run", .help = "Show what would change, and store nothing"},
                  {.name = "json", .help = "The changes as a JSON array"}},
        .run = run_apply,
        .needs_config = true};
    return command;
}

}
