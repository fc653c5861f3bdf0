#include "base/wiping_memory.hpp"
#include "cli/catalog_input.hpp"
#include "cli/commands/commands.hpp"
#include "cli/resource_text.hpp"

namespace murmur {

namespace {

int run_patch(CommandContext& context) {
    const std::string& kind = context.args.positionals[0];
    const std::string& name = context.args.positionals[1];
    if (!context.args.has("set") && !context.args.has("file-field"))
        throw usage_error("there is nothing to change")
            .with_hint("Name a field and its value: murmur patch " + kind + " " + name + " --set field=value");
    json::object request(wiping_storage());
    request["kind"] = kind;
    request["name"] = name;
    add_field_changes(context.args, request["changes"].emplace_array());
    if (const auto generation = expected_generation(context.args)) request["expectedGeneration"] = *generation;
    const json::object answer = context.client().call("PatchResource", request);
    context.out.print(change_line("Patched", kind, name, answer_text(answer, "result")));
    return 0;
}

}

const CommandSpec& patch_command() {
    static const CommandSpec command{
        .name = "patch",
        .arguments = "<kind> <name>",
        .summary = "Change single fields of a resource",
        .details =
            "  murmur patch pool-config default --set max_vms=200 --set reap_stranded_agents=enabled\n"
            "  murmur patch workspace api --set 'repos[0].base_branch=release' --set 'secret_refs=[NPM_TOKEN]'\n"
            "  murmur patch agent-persona reviewer --file-field content=reviewer.md\n"
            "\n"
            "Fields are written as murmur describe shows them; lists and objects are given as YAML.",
        .flags = {{.name = "set",
                   .kind = FlagSpec::Kind::list,
                   .value = "FIELD=VALUE",
                   .help = "Give this field this value"},
                  file_field_flag(),
                  generation_flag()},
        .run = run_patch,
        .needs_config = true};
    return command;
}

}
