#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/ids.hpp"
#include "cli/commands/commands.hpp"
#include "cli/each_plan.hpp"
#include "cli/spawn_flags.hpp"
#include "cli/spawn_request.hpp"
#include "cli/terminal_text.hpp"
#include "client/connect_messages.hpp"

namespace murmur {

namespace {

// Lines are names of files or tasks; beyond this, somebody pipes in the wrong file.
constexpr std::size_t input_bytes_max = std::size_t{64} << 20;
// What murmurd takes in one call, and well below its limit of bytes for a body.
constexpr std::size_t items_max = 1000;
constexpr std::size_t chunk_bytes_max = std::size_t{8} << 20;

std::string read_input(Out& out) {
    if (::isatty(STDIN_FILENO) == 1) out.note("murmur each: reading lines from the terminal; end with Ctrl-D\n");
    std::string input;
    std::array<char, 65536> chunk{};
    for (;;) {
        const ssize_t count = ::read(STDIN_FILENO, chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error(errno, "cannot read standard input");
        if (count == 0) return input;
        input.append(chunk.data(), static_cast<std::size_t>(count));
        if (input.size() > input_bytes_max)
            throw Error(Errc::invalid_argument, "standard input has more than 64 MiB")
                .with_hint("Give one short line for each agent.");
    }
}

struct Tally {
    std::size_t spawned = 0, failed = 0;
    std::string first_hint;  ///< of those that failed

    void take(const json::object& result, const EachItem& item, Out& out) {
        if (answer_text(result, "code").empty()) {
            ++spawned;
            out.print("Spawned: " + item.slug + "\n");
            return;
        }
        const Error error = server_error(
            json::object{{"code", answer_text(result, "code")}, {"message", answer_text(result, "message")}});
        fail(item, error.message(), answer_text(result, "hint"), out);
    }
    void fail(const EachItem& item, const std::string& message, const std::string& hint, Out& out) {
        ++failed;
        if (first_hint.empty()) first_hint = as_one_line(hint);
        out.note("murmur each: spawn " + item.slug + ": " + as_one_line(message) + "\n");
    }
};

/// Spawns items[from, to) with one call.
void spawn_chunk(CommandContext& context, const json::object& shared, const std::vector<EachItem>& items,
                 std::size_t from, std::size_t to, Tally& tally) {
    json::array wanted;
    for (std::size_t i = from; i < to; ++i)
        wanted.push_back(
            json::object{{"slug", items[i].slug}, {"prompt", items[i].description}, {"requestId", random_hex(12)}});
    try {
        const json::object answer =
            context.client().call("SpawnAgents", {{"template", shared}, {"items", std::move(wanted)}});
        const json::array& results = answer_list(answer, "results");
        for (std::size_t i = from; i < to; ++i) {
            const std::size_t place = i - from;
            if (place < results.size() && results[place].is_object())
                tally.take(results[place].get_object(), items[i], context.out);
            else
                tally.fail(items[i], "the server did not answer for it", "", context.out);
        }
    } catch (const Error& error) {
        if (error.code() == Errc::cancelled) throw;
        for (std::size_t i = from; i < to; ++i) tally.fail(items[i], error.message(), error.hint(), context.out);
    }
}

void spawn_all(CommandContext& context, const json::object& shared, const std::vector<EachItem>& items, Tally& tally) {
    for (std::size_t from = 0; from < items.size();) {
        std::size_t to = from, bytes = 0;
        while (to < items.size() && to - from < items_max && (to == from || bytes < chunk_bytes_max))
            bytes += items[to++].description.size();
        spawn_chunk(context, shared, items, from, to, tally);
        from = to;
    }
}

int run_each(CommandContext& context) {
    const std::string delimiter = context.args.has("d") ? parse_delimiter(context.args.get("d")) : "\n";
    const std::vector<EachItem> items =
        plan_each(read_input(context.out), delimiter, context.args.positionals[0], context.args.positionals[1]);
    if (context.args.has("dry-run")) {
        context.out.print(each_table(items));
        return 0;
    }
    Tally tally;
    if (!items.empty()) {
        const SpawnPlan plan = plan_agents(context.args, context.config(), std::filesystem::current_path());
        if (!plan.note.empty()) context.out.note("note: " + as_one_line(plan.note) + "\n");
        spawn_all(context, plan.request, items, tally);
    }
    const std::string failed = std::to_string(tally.failed);
    context.out.print("Spawned " + std::to_string(tally.spawned) + "/" + std::to_string(items.size()) + " agents" +
                      (tally.failed > 0 ? " (" + failed + " failed)\n" : "\n"));
    if (tally.failed == 0) return 0;
    throw Error(Errc::aborted, failed + " spawn(s) failed").with_hint(tally.first_hint);
}

std::vector<FlagSpec> each_flags() {
    std::vector<FlagSpec> flags = {
        {.name = "d",
         .kind = FlagSpec::Kind::text,
         .value = "DELIMITER",
         .help = "What stands between the lines, instead of a line break; '\\0' for find -print0"},
        {.name = "dry-run", .help = "Print the slugs and descriptions, and spawn nothing"}};
    const std::vector<FlagSpec> shared = fan_out_flags();
    flags.insert(flags.end(), shared.begin(), shared.end());
    return flags;
}

}

const CommandSpec& each_command() {
    static const CommandSpec command{
        .name = "each",
        .arguments = "<slug-template> <description-template>",
        .summary = "Spawn an agent for each line of standard input",
        .details =
            "{} stands for the line: in the description as it is; in the slug in lower case, with - for all that\n"
            "is neither letter nor digit, and cut to 60 characters. Empty lines are skipped. Different lines\n"
            "whose slugs are the same are told apart by -2, -3, …; the same line twice is refused.\n\n"
            "  grep -l FAIL tests/* | murmur each \"fix-{}\" \"Fix the failing tests in {}\"\n"
            "  find . -name '*.sql' -print0 | murmur each -d '\\0' \"audit-{}\" \"Audit {}\" --dry-run",
        .flags = each_flags(),
        .run = run_each,
        .needs_config = true};
    return command;
}

}
