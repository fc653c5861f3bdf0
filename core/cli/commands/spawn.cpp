#include "base/ids.hpp"
#include "cli/agent_stream.hpp"
#include "cli/commands/commands.hpp"
#include "cli/phase_text.hpp"
#include "cli/spawn_request.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

int run_spawn(CommandContext& context) {
    const bool waits = context.args.has("wait");
    if (waits) context.catch_interrupt();
    SpawnPlan plan = plan_spawn(context.args, context.config(), std::filesystem::current_path());
    plan.request["requestId"] = random_hex(12);
    const json::object answer = context.client().call("SpawnAgent", plan.request);
    if (!plan.note.empty()) context.out.note("note: " + as_one_line(plan.note) + "\n");

    const std::string slug = as_one_line(answer_text(answer, "slug"));
    const std::string where = context.args.has("workspace") ? " -w " + context.args.get("workspace") : "";
    context.out.print("Spawned: " + slug + "\n\n" + "  To get the status of the task:    murmur status" + where + " " +
                      slug + "\n" + "  To kill the task:                 murmur kill" + where + " " + slug + "\n" +
                      "  To send a follow-up:              murmur queue add" + where + " " + slug +
                      " \"additional context\"\n");
    if (!waits) return 0;
    json::object ref{{"slug", slug}, {"workspace", answer_text(answer, "workspace")}};
    const std::string phase = wait_for_phase(context, ref, find_position(context, ref), is_resting_phase);
    context.out.print("\n");
    return report_waited(context, ref, phase, "");
}

const std::vector<FlagSpec>& spawn_flags() {
    using Kind = FlagSpec::Kind;
    static const std::vector<FlagSpec> flags = {
        {.name = "purpose",
         .kind = Kind::text,
         .value = "TEXT",
         .help = "What the agent is for, at most 240 characters"},
        {.name = "agent",
         .kind = Kind::text,
         .value = "PERSONA",
         .help = "Persona of the catalog",
         .is_available = false},
        {.name = "model", .kind = Kind::text, .value = "MODEL", .help = "Model; implies the backend"},
        {.name = "backend", .kind = Kind::text, .value = "NAME", .help = "Backend: claude, codex, command, …"},
        {.name = "reasoning-effort",
         .kind = Kind::text,
         .value = "LEVEL",
         .help = "How hard the model thinks",
         .choices = {"low", "medium", "high", "xhigh", "max"}},
        {.name = "service-profile",
         .kind = Kind::text,
         .value = "NAME",
         .help = "Identity to run as",
         .is_available = false},
        {.name = "out",
         .kind = Kind::text,
         .value = "KIND",
         .help = "What should come out: pr, push, respond, or your own words"},
        {.name = "append-system-prompt",
         .kind = Kind::text,
         .value = "TEXT",
         .help = "Added to the agent's system prompt"},
        {.name = "i", .help = "Interactive session", .is_available = false},
        {.name = "stream", .help = "Streaming session", .is_available = false},
        {.name = "on-idle",
         .kind = Kind::text,
         .value = "WHAT",
         .help = "What becomes of the machine when the agent has nothing to do",
         .choices = {"sleep", "terminate", "terminate-when-prs-resolved", "keep-alive"}},
        {.name = "pilot", .help = "Let an assessor judge whether the task is done", .is_available = false},
        {.name = "wait", .help = "Return when the task is done or has failed"},
        {.name = "dequeue-strategy",
         .kind = Kind::text,
         .value = "HOW",
         .help = "How many follow-ups a turn is given",
         .choices = {"all", "one", "five"}},
        {.name = "repo",
         .kind = Kind::list,
         .value = "URL[=BASE[:WORKING]]",
         .help = "Repository to clone, instead of the current one's origin"},
        {.name = "substrate",
         .kind = Kind::text,
         .value = "NAME",
         .help = "Where the machine runs, instead of the operator's default"},
        {.name = "task",
         .kind = Kind::list,
         .value = "TEXT",
         .help = "Item of the agent's checklist",
         .is_available = false},
        {.name = "input", .kind = Kind::list, .value = "KEY=VALUE", .help = "Input of a flight", .is_available = false},
        {.name = "e",
         .kind = Kind::list,
         .value = "NAME[=VALUE]",
         .help = "Environment variable for the agent; without a value, yours"},
        {.name = "resurrect", .help = "Go on with an agent that has ended", .is_available = false},
        {.name = "force-new", .help = "Start clean although an agent of that slug has ended"},
        {.name = "fork-from",
         .kind = Kind::text,
         .value = "SLUG",
         .help = "Branch off another agent's session",
         .is_available = false},
        {.name = "flight", .kind = Kind::text, .value = "PATH", .help = "Run a flight", .is_available = false}};
    return flags;
}

}

const CommandSpec& spawn_command() {
    static const CommandSpec command{
        .name = "spawn",
        .arguments = "<slug> [prompt...]",
        .summary = "Start an agent on a branch of its own",
        .details =
            "The agent clones the origin of the repository you stand in, from your current branch if origin has it,\n"
            "works on the branch murmur/w/<workspace>/u/<you>/<slug>, and pushes what it commits.",
        .flags = spawn_flags(),
        .run = run_spawn,
        .exclusive = {{"resurrect", "force-new"},
                      {"resurrect", "fork-from"},
                      {"resurrect", "flight"},
                      {"fork-from", "flight"},
                      {"i", "stream"},
                      {"i", "wait"}}};
    return command;
}

}
