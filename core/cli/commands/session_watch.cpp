#include <sys/epoll.h>

#include <cerrno>

#include "cli/agent_stream.hpp"
#include "cli/commands/commands.hpp"
#include "cli/event_text.hpp"
#include "cli/interrupt.hpp"
#include "cli/phase_text.hpp"
#include "cli/rest_watch.hpp"

namespace murmur {

namespace {

void print_session_event(CommandContext& context, const json::object& message) {
    context.out.print(context.args.has("json") ? json::serialize(message) + "\n"
                                               : session_event_text(message, context.out));
}

/// A file that is readable when one of the two is.
Fd either_of(int one, int other) {
    Fd both(::epoll_create1(EPOLL_CLOEXEC));
    if (!both) throw system_error(errno, "cannot make an epoll file");
    for (const int file : {one, other}) {
        epoll_event event{};
        event.events = EPOLLIN;
        if (::epoll_ctl(both.get(), EPOLL_CTL_ADD, file, &event) != 0) throw system_error(errno, "cannot watch a file");
    }
    return both;
}

bool begins_a_turn(const std::string& kind) {
    return kind == "USER_TEXT" || kind == "ASSISTANT_TEXT" || kind == "TOOL_USE";
}

/// Follows the session until the turn that runs now is over. What ends it is the agent's phase, which also tells of
/// machines that never come up; a turn that follows on the heels of this one ends it too.
void follow_until_rest(CommandContext& context, AgentStream stream, const std::string& last_event) {
    RestWatch rest(context.client().options(), stream.ref, last_event);
    const Fd either = either_of(interrupt_fd(), rest.fd());
    ApiOptions options = context.client().options();
    options.cancel_fd = either.get();
    ApiClient client(options);
    bool turn_is_over = false;
    try {
        run_agent_stream(context, client, stream, [&](const json::object& message) {
            const std::string kind = answer_text(answer_object(message, "event"), "kind");
            if (turn_is_over && begins_a_turn(kind)) return false;
            print_session_event(context, message);
            stream.from = answer_text(message, "id");
            turn_is_over = turn_is_over || kind == "TURN_COMPLETE";
            return true;
        });
    } catch (const Error& error) {
        if (error.code() != Errc::cancelled || is_interrupted()) throw;
        rest.rethrow_failure();
        stream.follow = false;  // what was written just before the end
        run_agent_stream(context, context.client(), stream, [&](const json::object& message) {
            print_session_event(context, message);
            return true;
        });
    }
}

int run_session_watch(CommandContext& context) {
    context.catch_interrupt();
    const auto target = context.target();
    AgentStream stream{.method = "WatchSession", .ref = target.ref, .from = context.args.get("from")};
    const auto print_all = [&](const json::object& message) {
        print_session_event(context, message);
        return true;
    };
    if (!context.args.has("until-idle")) {
        run_agent_stream(context, context.client(), stream, print_all);
        return 0;
    }
    const AgentPosition position = find_position(context, target.ref);
    stream.follow = false;
    stream.from = run_agent_stream(context, context.client(), stream, print_all);
    stream.follow = true;
    if (!is_resting_phase(position.phase)) follow_until_rest(context, stream, position.last_event);
    return 0;
}

}

const CommandSpec& session_watch_command() {
    using Kind = FlagSpec::Kind;
    static const CommandSpec command{
        .name = "session watch",
        .arguments = "[slug]",
        .summary = "Show an agent's session, as it goes on",
        .flags = {{.name = "from",
                   .kind = Kind::text,
                   .value = "ID",
                   .help = "Only what came after this event; 0 is the start"},
                  {.name = "json", .help = "One JSON object per line"},
                  {.name = "until-idle", .help = "Stop when the current turn is over or the agent has ended"}},
        .run = run_session_watch};
    return command;
}

}
