#include "runner/preparation.hpp"

#include <deque>
#include <memory>
#include <thread>

namespace murmur::runner {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// What both threads know; it outlives the one that is left behind.
struct PreparationState {
    Locked<bool> done;
    std::optional<Error> error;  ///< once it is done
};

/// Takes note of a message that ends everything. The others are for the session.
bool ends_preparation(const InboxMessage& message, PreparationResult& result) {
    if (std::holds_alternative<FencedNotice>(message)) {
        result.end = Session::End::fenced;
    } else if (std::holds_alternative<ShutdownNotice>(message)) {
        result.end = Session::End::shut_down;
    } else if (const auto* command = std::get_if<RunnerCommand>(&message); command && command->stop) {
        if (!result.end) result.end = Session::End::stopped;
        result.discard = result.discard || command->stop->discard;
    } else {
        return false;
    }
    return true;
}

}

PreparationResult run_preparation(Inbox& inbox, std::chrono::milliseconds grace,
                                  std::function<void(std::stop_token)> work) {
    const auto state = std::make_shared<PreparationState>();
    std::jthread thread([state, work = std::move(work), &inbox](std::stop_token stop) {
        try {
            work(stop);
        } catch (...) {
            state->error = current_error();
        }
        auto held = state->done.lock();
        *held = true;
        inbox.post(PreparedNotice{});
    });
    PreparationResult result;
    std::deque<InboxMessage> for_session;
    auto deadline = SteadyClock::time_point::max();
    while (!*state->done.lock()) {
        auto message = inbox.wait(deadline);
        if (!message) break;
        if (std::holds_alternative<PreparedNotice>(*message)) break;
        if (ends_preparation(*message, result)) {
            thread.request_stop();
            deadline = std::min(deadline, SteadyClock::now() + grace);
        } else {
            for_session.push_back(std::move(*message));
        }
    }
    result.abandoned = !*state->done.lock();
    if (result.abandoned) {
        thread.detach();
        return result;
    }
    thread.join();
    inbox.put_back(std::move(for_session));
    result.error = state->error;
    return result;
}

}
