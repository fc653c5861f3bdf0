#include "cli/spawn_flags.hpp"

#include <algorithm>
#include <iterator>

#include "cli/budget_flags.hpp"

namespace murmur {

namespace {

using Kind = FlagSpec::Kind;

std::vector<FlagSpec> character_flags() {
    return {
        {.name = "purpose",
         .kind = Kind::text,
         .value = "TEXT",
         .help = "What the agent is for, at most 240 characters"},
        {.name = "agent", .kind = Kind::text, .value = "PERSONA", .help = "Persona of the catalog to work as"},
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
         .help = "Service profile to run as, instead of yourself"},
        {.name = "out",
         .kind = Kind::text,
         .value = "KIND",
         .help = "What should come out: pr, push, respond, or your own words"},
        {.name = "append-system-prompt",
         .kind = Kind::text,
         .value = "TEXT",
         .help = "Added to the agent's system prompt"},
    };
}

std::vector<FlagSpec> life_flags() {
    return {
        {.name = "i", .help = "Interactive session, to attach to"},
        {.name = "stream", .help = "Streaming session: one long-lived channel in both directions"},
        {.name = "on-idle",
         .kind = Kind::text,
         .value = "WHAT",
         .help = "What becomes of the machine when the agent has nothing to do",
         .choices = {"sleep", "terminate", "terminate-when-prs-resolved", "keep-alive"}},
        {.name = "sleep-after",
         .kind = Kind::text,
         .value = "DURATION",
         .help = "Sleep after so much idleness, instead of the operator's setting: 90s, 10m, 1h30m"},
        {.name = "pilot", .help = "Let an assessor judge whether the task is done, before the agent may idle"},
        {.name = "wait", .help = "Return when the task is done with all its checks, or has failed, or waits for you"},
        {.name = "dequeue-strategy",
         .kind = Kind::text,
         .value = "HOW",
         .help = "How many follow-ups a turn is given",
         .choices = {"all", "one", "five"}},
    };
}

std::vector<FlagSpec> work_flags() {
    return {
        {.name = "repo",
         .kind = Kind::list,
         .value = "URL[=BASE[:WORKING]]",
         .help = "Repository to clone, instead of the current one's origin"},
        {.name = "substrate",
         .kind = Kind::text,
         .value = "NAME",
         .help = "Where the machine runs, instead of the operator's default"},
        {.name = "task", .kind = Kind::list, .value = "TEXT", .help = "Item of the agent's checklist"},
        {.name = "input", .kind = Kind::list, .value = "KEY=VALUE", .help = "Input of a flight", .is_available = false},
        {.name = "e",
         .kind = Kind::list,
         .value = "NAME[=VALUE]",
         .help = "Environment variable for the agent; without a value, yours"},
        {.name = "resurrect", .help = "Go on with the ended agent of this slug: its session, branch and checklist"},
        {.name = "force-new", .help = "Start clean although an agent of that slug has ended"},
        {.name = "fork-from",
         .kind = Kind::text,
         .value = "SLUG",
         .help = "Begin from a copy of that agent's session and work"},
        {.name = "flight", .kind = Kind::text, .value = "PATH", .help = "Run a flight", .is_available = false},
    };
}

}

const std::vector<FlagSpec>& spawn_flags() {
    static const std::vector<FlagSpec> flags = [] {
        std::vector<FlagSpec> all = character_flags();
        for (const auto& more : {life_flags(), budget_flags(), work_flags()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return flags;
}

std::vector<FlagSpec> fan_out_flags() {
    // Of these there can be one: a session to sit in front of, an agent to go on with, a task to wait for.
    static constexpr std::string_view single[] = {"i", "wait", "resurrect"};
    std::vector<FlagSpec> flags;
    std::copy_if(spawn_flags().begin(), spawn_flags().end(), std::back_inserter(flags), [](const FlagSpec& flag) {
        return flag.is_available && std::find(std::begin(single), std::end(single), flag.name) == std::end(single);
    });
    return flags;
}

std::vector<std::pair<std::string_view, std::string_view>> spawn_exclusions() {
    return {{"resurrect", "force-new"},
            {"resurrect", "fork-from"},
            {"resurrect", "flight"},
            {"fork-from", "flight"},
            {"i", "stream"},
            {"i", "wait"},
            {"i", "pilot"}};
}

}
