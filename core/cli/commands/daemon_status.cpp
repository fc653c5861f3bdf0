#include "cli/commands/commands.hpp"
#include "client/daemon_control.hpp"

namespace murmur {

namespace {

int run_daemon_status(CommandContext& context) {
    const ServerAddress address = context.server();
    const auto pid = address.kind == ServerAddress::Kind::unix_socket ? find_listening_process(address) : std::nullopt;
    const bool may_run = pid || address.kind == ServerAddress::Kind::tcp;
    json::object answer;
    if (may_run) answer = context.client().call("GetVersion", {});
    if (context.args.has("json")) {
        json::object shown{{"running", may_run}, {"server", address.text()}};
        if (may_run) {
            shown["pid"] = static_cast<std::int64_t>(answer_number(answer, "pid"));
            for (const auto& [name, field] :
                 {std::pair{"version", "version"}, {"state_dir", "stateDir"}, {"started_at", "startedAt"}})
                shown[name] = answer_text(answer, field);
        }
        context.out.print(pretty_json(shown));
        return may_run ? 0 : 1;
    }
    if (!may_run) {
        context.out.print("murmurd is not running\nsocket:  " + address.path + "\n");
        return 1;
    }
    context.out.print("murmurd is running\npid:     " + answer_text(answer, "pid") +
                      "\nversion: " + answer_text(answer, "version") + "\nserver:  " + address.text() + "\nstate:   " +
                      answer_text(answer, "stateDir") + "\nstarted: " + answer_text(answer, "startedAt") + "\n");
    return 0;
}

}

const CommandSpec& daemon_status_command() {
    static const CommandSpec command{.name = "daemon status",
                                     .arguments = "",
                                     .summary = "Show whether murmurd runs, and where; does not start it",
                                     .flags = {{.name = "json", .help = "As a JSON object"}},
                                     .run = run_daemon_status};
    return command;
}

}
