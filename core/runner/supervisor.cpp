#include "runner/supervisor.hpp"

#include <cstdlib>

#include "runner/process_tree.hpp"
#include "runner/supervision.hpp"

namespace murmur::runner {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// The first command. Nothing when the runner is to end before it came.
std::optional<Assignment> wait_for_assignment(Inbox& inbox) {
    for (;;) {
        const auto message = inbox.wait(SteadyClock::time_point::max());
        const auto* command = std::get_if<RunnerCommand>(&*message);
        if (!command || command->stop) return std::nullopt;
        if (command->assignment) return *command->assignment;
    }
}

/// Waits until murmurd has everything. Being told to go meanwhile shortens it.
bool say_farewell(Inbox& inbox, Channel& channel, const SupervisorOptions& options, bool hurry) {
    const auto soon = [&] { return SteadyClock::now() + options.farewell_shut_down; };
    auto deadline = hurry ? soon() : SteadyClock::now() + options.farewell;
    channel.notify_when_acknowledged();
    while (const auto message = inbox.wait(deadline)) {
        if (std::holds_alternative<AcknowledgedNotice>(*message)) return true;
        if (std::holds_alternative<FencedNotice>(*message)) return false;
        if (std::holds_alternative<ShutdownNotice>(*message)) deadline = std::min(deadline, soon());
    }
    return false;
}

}

int supervise(const SupervisorOptions& options) {
    Inbox inbox;
    if (options.take_signals) inbox.take_signals();
    become_subreaper();
    Channel channel(options.connector, options.hello, inbox, *options.logger, options.channel);
    channel.start();
    std::optional<Assignment> assignment = wait_for_assignment(inbox);
    if (const auto failure = channel.failure()) throw *failure;
    Supervision::Result result;
    if (assignment) {
        Supervision supervision(options, inbox, channel, std::move(*assignment));
        result = supervision.run();
        // Its thread waits in a system call that nothing ends, and refers to all that is here.
        if (result.abandoned) {
            say_farewell(inbox, channel, options, true);
            std::_Exit(0);
        }
    } else {
        result.end = Session::End::shut_down;
    }
    const bool hurry = result.end == Session::End::fenced || result.end == Session::End::shut_down;
    if (!say_farewell(inbox, channel, options, hurry))
        options.logger->log(LogLevel::warning, "murmurd did not take the last reports");
    return result.failed ? 1 : 0;
}

}
