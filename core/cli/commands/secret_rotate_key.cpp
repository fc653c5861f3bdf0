#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_secret_rotate_key(CommandContext& context) {
    const bool rewraps_only = context.args.has("rewrap");
    json::object request;
    if (rewraps_only) request["rewrapOnly"] = true;
    const json::object answer = context.client().call("RotateSecretKey", request);
    const auto count = [&](const char* field) {
        const std::string text = answer_text(answer, field);
        return text.empty() ? std::string("0") : text;
    };
    context.out.print(rewraps_only ? count("keysWrapped") + " keys wrapped anew\n"
                                   : "the key is at version " + count("keyVersion") + "; " + count("values") +
                                         " values encrypted anew\n");
    return 0;
}

}

const CommandSpec& secret_rotate_key_command() {
    static const CommandSpec command{
        .name = "secret rotate-key",
        .arguments = "",
        .summary = "Give the tenant a new key and encrypt its secrets under it",
        .details =
            "Agents and commands go on meanwhile. The values stay the same: what has leaked is set again with\n"
            "murmur secret set.",
        .flags = {{.name = "rewrap", .help = "Keep the key, and wrap it with the key service's newest one"}},
        .run = run_secret_rotate_key,
        .needs_config = true};
    return command;
}

}
