#include "cli/agent_text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

/// The workspace that murmur.yaml declares is made by the first spawn: until then it has no agents, which is no error.
json::object list_agents(CommandContext& context, const json::object& request) {
    try {
        return context.client().call("ListAgents", request);
    } catch (const Error& error) {
        const bool is_declared = !context.args.has("workspace") && request.contains("workspace");
        if (error.code() != Errc::not_found || !is_declared) throw;
        return {};
    }
}

/// Within an agent: those below it, since its own list is that of its children.
json::array children_only(const json::array& agents) {
    const std::string above = environment_value("MURMUR_SLUG") + "/";
    json::array children;
    for (const json::value& agent : agents)
        if (agent.is_object() && answer_text(agent.get_object(), "slug").starts_with(above)) children.push_back(agent);
    return children;
}

int run_ls(CommandContext& context) {
    json::object request;
    if (const std::string workspace = context.workspace(); !workspace.empty()) request["workspace"] = workspace;
    if (context.args.has("a")) request["includeEnded"] = true;
    if (context.args.has("A")) request["allDevelopers"] = true;
    if (context.args.has("developer")) request["developer"] = context.args.get("developer");
    const json::object answer = list_agents(context, request);
    const bool is_parent = CommandContext::is_agent() && !context.args.has("A") && !context.args.has("developer");
    const json::array agents = is_parent ? children_only(answer_list(answer, "agents")) : answer_list(answer, "agents");
    if (context.args.has("json")) {
        json::array rows;
        for (const json::value& agent : agents)
            if (agent.is_object()) rows.push_back(agent_row(agent.get_object()));
        context.out.print(pretty_json(rows));
    } else if (context.args.has("q")) {
        std::string slugs;
        for (const json::value& agent : agents)
            if (agent.is_object()) slugs += as_one_line(answer_text(agent.get_object(), "slug")) + "\n";
        context.out.print(slugs);
    } else {
        const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
        context.out.print(agent_table(agents, context.out, now));
    }
    return 0;
}

}

const CommandSpec& ls_command() {
    using Kind = FlagSpec::Kind;
    static const CommandSpec command{
        .name = "ls",
        .arguments = "",
        .summary = "List your agents that have not ended",
        .details = "Within an agent: those that it has spawned. A cost with ~ is estimated from tokens.",
        .flags = {{.name = "a", .help = "Also those that have ended"},
                  {.name = "A", .help = "Those of all developers"},
                  {.name = "developer", .kind = Kind::text, .value = "NAME", .help = "Those of this developer"},
                  {.name = "json", .help = "As a JSON array"},
                  {.name = "q", .help = "Only the slugs, one per line"}},
        .run = run_ls,
        .exclusive = {{"A", "developer"}, {"json", "q"}}};
    return command;
}

}
