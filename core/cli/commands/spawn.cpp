#include "base/ids.hpp"
#include "cli/agent_stream.hpp"
#include "cli/commands/commands.hpp"
#include "cli/phase_text.hpp"
#include "cli/spawn_flags.hpp"
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
    const auto is_settled = [](const std::string& now) {
        return is_resting_phase(now) && now != "PHASE_CHECKS_PENDING";  // that goes on by itself
    };
    const std::string phase = wait_for_phase(context, ref, find_position(context, ref), is_settled);
    context.out.print("\n");
    return report_waited(context, ref, phase, "");
}

}

const CommandSpec& spawn_command() {
    static const CommandSpec command{
        .name = "spawn",
        .arguments = "<slug> [prompt...]",
        .summary = "Start an agent on a branch of its own",
        .details =
            "The agent clones the origin of the repository you stand in, from your current branch if origin has it,\n"
            "works on the branch murmur/w/<workspace>/u/<you>/<slug>, and pushes what it commits. Within an agent, "
            "the\n"
            "new one is its child. What a flag says wins over the persona, that over the workspace, and that over\n"
            "murmur.yaml.\n\n"
            "  murmur spawn fix-bug \"Fix the null pointer in user.go\" --out pr\n"
            "  murmur spawn --agent architect --max-cost 5 review \"Review the event bus\"\n"
            "  murmur spawn --resurrect fix-bug \"The tests are still red\"\n"
            "  murmur spawn --fork-from fix-bug experiment \"Try it without the cache\"",
        .flags = spawn_flags(),
        .run = run_spawn,
        .needs_config = true,
        .exclusive = spawn_exclusions()};
    return command;
}

}
