#include "base/ids.hpp"
#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_queue_add(CommandContext& context) {
    const auto target = context.target();
    const std::string message = context.args.joined_from(1);
    if (message.empty()) throw usage_error("the follow-up is empty").with_hint("Say what the agent should do next.");
    json::object request{{"agent", target.ref}, {"message", message}, {"requestId", random_hex(12)}};
    if (context.args.has("agent")) request["persona"] = context.args.get("agent");
    if (const auto& tasks = context.args.list("task"); !tasks.empty())
        request["tasks"] = json::array(tasks.begin(), tasks.end());
    context.client().call("AddFollowUp", request);
    context.out.print("Follow-up sent to " + target.label() + "\n");
    return 0;
}

}

const CommandSpec& queue_add_command() {
    using Kind = FlagSpec::Kind;
    static const CommandSpec command{
        .name = "queue add",
        .arguments = "<slug> <message...>",
        .summary = "Give an agent something to do next; wakes it if it sleeps",
        .flags =
            {{.name = "agent", .kind = Kind::text, .value = "PERSONA", .help = "Persona to work on this message as"},
             {.name = "task", .kind = Kind::list, .value = "TEXT", .help = "Item for the agent's checklist"}},
        .run = run_queue_add};
    return command;
}

}
