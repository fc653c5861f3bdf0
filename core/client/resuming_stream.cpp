#include "client/resuming_stream.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "client/connect_messages.hpp"

namespace murmur {

namespace {
constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_pause{2000};
}

void ResumingStream::pause(std::chrono::milliseconds duration) const {
    pollfd cancelled{client_.options().cancel_fd, POLLIN, 0};
    if (::poll(&cancelled, 1, static_cast<int>(duration.count())) > 0) throw Error(Errc::cancelled, "interrupted");
}

void ResumingStream::run(const std::function<bool(const json::object&)>& on_message) {
    using Clock = std::chrono::steady_clock;
    std::chrono::milliseconds next_pause = first_pause;
    std::optional<Clock::time_point> interrupted_at;
    // murmurd that goes away in good order was meant to: only a connection that breaks starts it again.
    bool may_start = true;
    const auto deliver = [&](const json::object& message) {
        interrupted_at.reset();
        next_pause = first_pause;
        const bool go_on = on_message(message);
        if (std::string id = options_.id_of(message); !id.empty()) options_.from = std::move(id);
        return go_on;
    };
    for (;;) {
        if (!options_.from.empty()) options_.request["from"] = options_.from;
        try {
            return may_start ? client_.stream(options_.method, options_.request, deliver)
                             : client_.stream_if_running(options_.method, options_.request, deliver);
        } catch (const Error& error) {
            if (error.code() != Errc::unavailable) throw;
            if (!interrupted_at) {
                interrupted_at = Clock::now();
                if (options_.on_interruption) options_.on_interruption(error);
            }
            if (Clock::now() - *interrupted_at + next_pause > options_.patience) throw;
            if (is_server_error(error)) may_start = false;
        }
        pause(next_pause);
        next_pause = std::min(next_pause * 2, longest_pause);
    }
}

}
