#include "base/ids.hpp"
#include "cli/commands/commands.hpp"

namespace murmur {

namespace {

int run_session_send(CommandContext& context) {
    const auto target = context.target();
    const std::string message = context.args.joined_from(1);
    if (message.empty()) throw usage_error("the message is empty").with_hint("Say what the session should get.");
    context.client().call("SendSessionMessage",
                          {{"agent", target.ref}, {"message", message}, {"requestId", random_hex(12)}});
    context.out.print("sent\n");
    return 0;
}

}

const CommandSpec& session_send_command() {
    static const CommandSpec command{.name = "session send",
                                     .arguments = "<slug> <message...>",
                                     .summary = "Send a message into an agent's session",
                                     .run = run_session_send};
    return command;
}

}
