// What ends a turn, or the session: each means stronger than the last.

#include <csignal>

#include "runner/session.hpp"

namespace murmur::runner {

namespace {

using SteadyClock = std::chrono::steady_clock;

}

void Session::interrupt_turn() {
    if (assessor_) assessor_->cancel(Error(Errc::cancelled, "the assessor was interrupted"));
    if (!turn_running_ || !process_ || ending_) return;
    interrupted_ = true;
    rests_from_ = SteadyClock::now();
    apply(translator_->interrupt());
    if (pressure_ == Pressure::none) {
        pressure_ = Pressure::asked;
        press_at_ = SteadyClock::now() + limits_.interrupt_grace;
    }
}

void Session::stop_for(const StopCommand& stop) {
    discard_ = discard_ || stop.discard;
    hurry_ = hurry_ || stop.hurry || stop.discard;
    begin_ending(End::stopped, hurry_ ? limits_.shutdown_grace : limits_.stop_grace);
    if (!stop.discard || !process_) return;
    process_->kill_tree();  // nothing that it could still do is wanted
    pressure_ = Pressure::kill;
    press_at_ = Time::max();
}

void Session::begin_ending(End end, std::chrono::milliseconds grace) {
    const bool first = !ending_;
    if (first || end != End::stopped) ending_ = end;
    if (assessor_) assessor_->cancel(Error(Errc::aborted, "the session is being ended"));
    if (!process_) return;
    if (first) apply(translator_->stop());
    if (pressure_ == Pressure::none || SteadyClock::now() + grace < press_at_) {
        if (pressure_ == Pressure::none) pressure_ = Pressure::asked;
        press_at_ = SteadyClock::now() + grace;
    }
}

/// The next stronger means.
void Session::press() {
    press_at_ = Time::max();
    if (!process_) return;
    if (pressure_ == Pressure::asked) {
        process_->send_signal(SIGTERM);
        pressure_ = Pressure::term;
        press_at_ = SteadyClock::now() + (hurry_ ? limits_.shutdown_grace : limits_.term_grace);
    } else if (pressure_ == Pressure::term) {
        process_->kill_tree();
        pressure_ = Pressure::kill;
    }
}

}
