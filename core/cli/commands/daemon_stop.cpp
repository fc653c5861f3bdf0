#include "cli/commands/commands.hpp"
#include "client/daemon_control.hpp"

namespace murmur {

namespace {

// murmurd drains: it finishes the calls that it is in.
constexpr std::chrono::milliseconds drain_time_max = std::chrono::seconds(60);

int run_daemon_stop(CommandContext& context) {
    const auto pid = find_listening_process(context.server());
    if (!pid) {
        context.out.print("murmurd is not running\n");
        return 0;
    }
    stop_process(*pid, drain_time_max);
    context.out.print("murmurd has stopped\n");
    return 0;
}

}

const CommandSpec& daemon_stop_command() {
    static const CommandSpec command{.name = "daemon stop",
                                     .arguments = "",
                                     .summary = "Stop murmurd; agents go on with their work",
                                     .run = run_daemon_stop};
    return command;
}

}
