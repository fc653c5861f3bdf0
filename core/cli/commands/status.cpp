#include "cli/agent_text.hpp"
#include "cli/agent_tree.hpp"
#include "cli/commands/commands.hpp"
#include "cli/event_text.hpp"

namespace murmur {

namespace {

int run_status(CommandContext& context) {
    const auto target = context.service_target();
    const bool wants_timeline = context.args.has("timeline");
    const bool wants_children = context.args.has("children");
    const json::object answer = context.client().call(
        "GetAgent", {{"agent", target.ref}, {"timeline", wants_timeline}, {"children", wants_children}});
    if (context.args.has("json")) {
        json::object shown = answer_object(answer, "agent");
        if (wants_timeline) shown["timeline"] = answer_list(answer, "timeline");
        if (wants_children) shown["children"] = answer_list(answer, "children");
        context.out.print(pretty_json(shown));
        return 0;
    }
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const json::object& agent = answer_object(answer, "agent");
    std::string text = agent_status(agent, context.out, now);
    if (std::string tree = agent_tree(answer_text(agent, "slug"), answer_list(answer, "children"), context.out, now);
        !tree.empty())
        text += "\n" + tree;
    if (wants_timeline) text += "\n";
    for (const json::value& event : answer_list(answer, "timeline"))
        if (event.is_object()) text += agent_event_text(event.get_object(), context.out);
    context.out.print(text);
    return 0;
}

}

const CommandSpec& status_command() {
    static const CommandSpec command{
        .name = "status",
        .arguments = "[slug]",
        .summary = "Show what is known of an agent",
        .flags = {{.name = "timeline", .help = "Also everything that happened to it"},
                  {.name = "children", .help = "Also the tree of agents that it has spawned"},
                  {.name = "service", .help = "An agent of a service profile: <profile>/<slug>, or its slug alone"},
                  {.name = "json", .help = "As a JSON object"}},
        .run = run_status};
    return command;
}

}
