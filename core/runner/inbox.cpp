#include "runner/inbox.hpp"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <iterator>

namespace murmur::runner {

Inbox::Inbox() : wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wake_) throw system_error(errno, "making an event descriptor");
}

void Inbox::post(InboxMessage message) {
    auto held = messages_.lock();
    held->push_back(std::move(message));
    eventfd_write(wake_.get(), 1);
}

void Inbox::take_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals_) throw system_error(errno, "making a signal descriptor");
}

void Inbox::watch(PollSet& set) const {
    set.add(wake_.get(), POLLIN);
    if (signals_) set.add(signals_.get(), POLLIN);
}

std::optional<InboxMessage> Inbox::take() {
    signalfd_siginfo info;
    if (signals_ && ::read(signals_.get(), &info, sizeof info) == sizeof info)
        return ShutdownNotice{static_cast<int>(info.ssi_signo)};
    auto held = messages_.lock();
    if (held->empty()) {
        eventfd_t ignored;
        eventfd_read(wake_.get(), &ignored);
        return std::nullopt;
    }
    InboxMessage message = std::move(held->front());
    held->pop_front();
    return message;
}

void Inbox::put_back(std::deque<InboxMessage> messages) {
    auto held = messages_.lock();
    held->insert(held->begin(), std::make_move_iterator(messages.begin()), std::make_move_iterator(messages.end()));
    eventfd_write(wake_.get(), 1);
}

std::optional<InboxMessage> Inbox::wait(std::chrono::steady_clock::time_point deadline) {
    for (;;) {
        if (auto message = take()) return message;
        if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
        PollSet set;
        watch(set);
        set.wait_until(deadline);
    }
}

}
