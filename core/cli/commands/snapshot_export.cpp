#include "cli/snapshot_files.hpp"

#include <base/base64.hpp>
#include <murmur/error.hpp>

#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_snapshot_export(CommandContext& context) {
    const auto target = context.target();
    ApiClient& client = context.client();
    const json::object answer = client.call("GetSnapshot", {{"agent", target.ref}, {"id", context.args.get("id")}});
    const json::object& snapshot = answer_object(answer, "snapshot");
    const std::string id = answer_text(snapshot, "id");
    const auto& words = context.args.positionals;
    SnapshotExport out;
    out.slug = target.slug.substr(target.slug.rfind('/') + 1);
    out.directory = words.size() > 1 ? words[1] : out.slug + "-" + short_snapshot_id(id);
    out.read_blob = [&](const std::string& sha256, const std::function<void(std::string_view)>& take) {
        for (std::uint64_t offset = 0;;) {
            const json::object piece = client.call(
                "ReadSnapshotFile", {{"agent", target.ref}, {"id", id}, {"sha256", sha256}, {"offset", offset}});
            const auto bytes = from_base64(answer_text(piece, "data"));
            const bool is_last = answer_flag(piece, "end");
            if (!bytes || (bytes->empty() && !is_last))
                throw Error(Errc::data_loss, "the server's answer has no bytes of file " + sha256);
            take(*bytes);
            if (is_last) return;
            offset += bytes->size();
        }
    };
    context.out.print(export_snapshot(out, answer_object(snapshot, "manifest")));
    return 0;
}

}

const CommandSpec& snapshot_export_command() {
    using Kind = FlagSpec::Kind;
    static const CommandSpec command{
        .name = "snapshot export",
        .arguments = "<slug> [dir]",
        .summary = "Write what is saved of an agent to files",
        .details =
            "Writes manifest.json, the files of the session, and for each repository with work that is not on\n"
            "its origin a git bundle; tells how to fetch each of them.",
        .flags = {{.name = "id", .kind = Kind::text, .value = "ID", .help = "Another than the newest; may be cut"}},
        .run = run_snapshot_export};
    return command;
}

}
