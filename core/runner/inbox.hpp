#pragma once

#include <base/file.hpp>
#include <base/locked.hpp>
#include <deque>
#include <optional>
#include <string>
#include <variant>

#include "runner/frames.hpp"
#include "runner/poll_set.hpp"

namespace murmur::runner {

/// This incarnation is over.
struct FencedNotice {
    std::string reason;
};
/// The runner itself was told to end (SIGTERM, SIGINT).
struct ShutdownNotice {
    int signal = 0;
};

/// Every report has been acknowledged, after Channel::notify_when_acknowledged().
struct AcknowledgedNotice {};

/// What was done before the session is done, or has failed.
struct PreparedNotice {};

using InboxMessage = std::variant<RunnerCommand, FencedNotice, ShutdownNotice, AcknowledgedNotice, PreparedNotice>;

/// What the session thread must react to. Posting is safe from any thread; the rest belongs to one thread.
class Inbox {
public:
    Inbox();

    void post(InboxMessage message);
    /// Turns SIGTERM and SIGINT of this process into messages. Blocks them for the calling thread and all that it
    /// starts later, so call it before any other thread exists.
    void take_signals();

    void watch(PollSet& set) const;
    /// The next message, if there is one; never blocks.
    std::optional<InboxMessage> take();
    /// Before all that came since, in this order.
    void put_back(std::deque<InboxMessage> messages);
    /// The next message; waits until `deadline`.
    std::optional<InboxMessage> wait(std::chrono::steady_clock::time_point deadline);

private:
    Fd wake_;
    Fd signals_;
    Locked<std::deque<InboxMessage>> messages_;
};

}
