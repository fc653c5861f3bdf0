#include "base/wiping_memory.hpp"
#include "cli/commands/commands.hpp"
#include "cli/resource_text.hpp"
#include "cli/secret_input.hpp"

namespace murmur {

namespace {

int run_secret_set(CommandContext& context) {
    const std::string& name = context.args.positionals[0];
    if (name.find('=') != std::string::npos)
        throw usage_error(std::string(context.command.surplus)).with_hint("Usage: murmur secret set NAME < FILE");
    const std::string kind = context.args.has("user") ? "user-secret" : "secret";
    json::object request(wiping_storage());
    request["kind"] = kind;
    request["name"] = name;
    {
        const Secret value = read_secret(name, context.out);
        json::object& body = request["body"].emplace_object();
        body["name"] = name;
        body["plaintext_value"].emplace_string() = value.reveal();
    }
    context.client().call("SetResource", request);
    context.out.print(change_line("Set", kind, name, "updated"));
    return 0;
}

}

const CommandSpec& secret_set_command() {
    static const CommandSpec command{
        .name = "secret set",
        .arguments = "<name>",
        .summary = "Store a secret, whose value comes on standard input; nobody can read it back",
        .details =
            "  printf %s \"$TOKEN\" | murmur secret set NPM_TOKEN\n"
            "  murmur secret set TLS_KEY < key.pem\n"
            "\n"
            "One line break at the end is left out. On a terminal the value is asked for, and not shown. Agents\n"
            "of a workspace that lists the name in secret_refs find it in $MURMUR_SECRET_<NAME>. Setting it again\n"
            "replaces it.",
        .flags = {{.name = "user", .help = "A secret of your own: only your agents get it"}},
        .run = run_secret_set,
        .needs_config = true,
        .surplus =
            "a secret's value is not taken from the command line, where every program can read it; if it was a real "
            "one, choose another"};
    return command;
}

}
