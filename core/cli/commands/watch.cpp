#include "cli/agent_stream.hpp"
#include "cli/commands/commands.hpp"
#include "cli/event_text.hpp"

namespace murmur {

namespace {

int run_watch(CommandContext& context) {
    context.catch_interrupt();
    const auto target = context.target();
    const AgentStream stream{.method = "WatchAgent",
                             .ref = target.ref,
                             .from = context.args.get("from"),
                             .follow = !context.args.has("no-follow")};
    const bool as_json = context.args.has("json");
    run_agent_stream(context, context.client(), stream, [&](const json::object& message) {
        const json::object& event = answer_object(message, "event");
        context.out.print(as_json ? json::serialize(event) + "\n" : agent_event_text(event, context.out));
        return true;
    });
    return 0;
}

}

const CommandSpec& watch_command() {
    using Kind = FlagSpec::Kind;
    static const CommandSpec command{.name = "watch",
                                     .arguments = "[slug]",
                                     .summary = "Show what happens to an agent, as it happens",
                                     .flags = {{.name = "from",
                                                .kind = Kind::text,
                                                .value = "ID",
                                                .help = "Only what came after this event; 0 is the start"},
                                               {.name = "json", .help = "One JSON object per line"},
                                               {.name = "no-follow", .help = "Stop after what has happened so far"}},
                                     .run = run_watch};
    return command;
}

}
