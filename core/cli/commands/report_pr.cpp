#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

void add_flag(CommandContext& context, json::object& request, const char* flag) {
    if (context.args.has(flag)) request[flag] = context.args.get(flag);
}

int run_report_pr(CommandContext& context) {
    const auto& words = context.args.positionals;
    const auto target = context.target(words.size() == 2 ? 0 : words.size());
    json::object request{{"agent", target.ref}, {"url", words.back()}};
    for (const char* flag : {"title", "state", "checks"}) add_flag(context, request, flag);
    context.client().call("ReportPullRequest", request);
    context.out.print("reported " + words.back() + " for " + target.label() + "\n");
    return 0;
}

}

const CommandSpec& report_pr_command() {
    using Kind = FlagSpec::Kind;
    static const CommandSpec command{
        .name = "report-pr",
        .arguments = "[slug] <url>",
        .summary = "Tell murmur of an agent's pull request, and how it stands",
        .details =
            "For CI and other programs that know: an agent whose pull request has checks to come waits for them\n"
            "(PHASE_CHECKS_PENDING), and one with --on-idle terminate-when-prs-resolved ends once all of its\n"
            "pull requests are merged or closed. What is not given stays as it was.",
        .flags = {{.name = "title", .kind = Kind::text, .value = "TEXT", .help = "Its title"},
                  {.name = "state",
                   .kind = Kind::text,
                   .value = "STATE",
                   .help = "Its state",
                   .choices = {"open", "merged", "closed"}},
                  {.name = "checks",
                   .kind = Kind::text,
                   .value = "STATE",
                   .help = "The state of its checks",
                   .choices = {"none", "pending", "success", "failure"}}},
        .run = run_report_pr};
    return command;
}

}
