#include "plugins/call_guard.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace murmur {

namespace {

using SteadyClock = std::chrono::steady_clock;

std::string milliseconds_text(SteadyClock::duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}

/// Shared by the caller and the thread that is in the plugin: whoever is last frees it.
struct CallGuard::Watched {
    std::mutex mutex;
    std::condition_variable ended_changed;
    bool ended = false;
    bool abandoned = false;
    bool called_off = false;  ///< by the caller, before its deadline
    std::optional<Error> error;
    std::stop_source stop;
};

CallGuard::CallGuard(std::string plugin, std::shared_ptr<Logger> logger)
    : plugin_(std::move(plugin)), logger_(std::move(logger)) {}

void CallGuard::count(const char* what, const std::function<void(CallMetrics&)>& change) {
    auto metrics = metrics_.lock();
    CallMetrics& row = (*metrics)[what];
    row.plugin = plugin_;
    row.call = what;
    change(row);
}

std::vector<CallMetrics> CallGuard::metrics() {
    std::vector<CallMetrics> rows;
    auto metrics = metrics_.lock();
    for (const auto& [name, row] : *metrics) rows.push_back(row);
    return rows;
}

std::uint64_t CallGuard::still_running() {
    std::uint64_t sum = 0;
    for (const CallMetrics& row : metrics()) sum += row.still_running;
    return sum;
}

void CallGuard::finish(const char* what, const std::string& request_id, SteadyClock::time_point begin,
                       const std::optional<Error>& error) {
    const auto spent = SteadyClock::now() - begin;
    count(what, [&](CallMetrics& row) {
        row.calls += 1;
        row.seconds += std::chrono::duration<double>(spent).count();
        if (error) row.errors += 1;
        if (error && error->code() == Errc::deadline_exceeded) row.deadline_exceeded += 1;
    });
    if (!error) return;
    const LogLevel level = error->code() == Errc::cancelled ? LogLevel::debug : LogLevel::warning;
    logger_->log(level, "a plugin call failed",
                 {{"plugin", plugin_},
                  {"call", what},
                  {"request_id", request_id},
                  {"code", std::string(errc_name(error->code()))},
                  {"error", error->message()},
                  {"duration_ms", milliseconds_text(spent)}});
    throw error->in("calling " + std::string(what) + " of plugin \"" + plugin_ + "\"");
}

void CallGuard::run_here(const char* what, const std::string& request_id, const std::function<void()>& work) {
    const auto begin = SteadyClock::now();
    std::optional<Error> error;
    try {
        work();
    } catch (...) {
        error = current_error();
    }
    finish(what, request_id, begin, error);
}

void CallGuard::start_thread(const char* what, const std::shared_ptr<Watched>& watched, Call inner,
                             std::function<void(const Call&)> work) {
    const auto begin = SteadyClock::now();
    std::thread([self = shared_from_this(), watched, inner = std::move(inner), what, begin,
                 work = std::move(work)]() mutable {
        std::optional<Error> error;
        try {
            work(inner);
        } catch (...) {
            error = current_error();
        }
        work = nullptr;  // frees what the call held before anybody learns that it has ended
        bool abandoned = false;
        {
            const std::lock_guard lock(watched->mutex);
            watched->error = error;
            watched->ended = true;
            abandoned = watched->abandoned;
        }
        watched->ended_changed.notify_all();
        if (!abandoned) return;
        self->count(what, [](CallMetrics& row) { row.still_running -= 1; });
        self->logger_->log(LogLevel::warning, "a plugin call that was left behind has returned",
                           {{"plugin", self->plugin_},
                            {"call", what},
                            {"request_id", inner.request_id},
                            {"duration_ms", milliseconds_text(SteadyClock::now() - begin)}});
    }).detach();
}

std::optional<Error> CallGuard::wait_for_end(const char* what, Watched& watched, const Call& call) {
    std::unique_lock lock(watched.mutex);
    const auto ended = [&] { return watched.ended; };
    watched.ended_changed.wait_until(lock, call.deadline, [&] { return watched.ended || watched.called_off; });
    if (!watched.ended) {
        auto last = call.deadline + abandon_grace;
        if (watched.called_off) last = std::min(last, SteadyClock::now() + called_off_grace);
        lock.unlock();
        watched.stop.request_stop();
        lock.lock();
        watched.ended_changed.wait_until(lock, last, ended);
    }
    if (!watched.ended) {
        watched.abandoned = true;
        count(what, [](CallMetrics& row) {
            row.abandoned += 1;
            row.still_running += 1;
        });
    }
    const std::optional<Error> error = watched.error;
    const bool told_to_stop =
        error && error->code() == Errc::cancelled && !call.stop.stop_requested() && SteadyClock::now() >= call.deadline;
    if (watched.ended && !told_to_stop) return error;
    if (!watched.ended && SteadyClock::now() < call.deadline)
        return Error(Errc::cancelled, "it was called off, and did not return within the time that is left for that");
    return Error(Errc::deadline_exceeded, "it did not return within the time it was given")
        .with_hint("The same request may be repeated. If this happens often, look at what the plugin waits for.");
}

void CallGuard::run_watched(const char* what, const Call& call, std::function<void(const Call&)> work) {
    if (call.deadline == Call::Clock::time_point::max()) {
        run_here(what, call.request_id, [&] { work(call); });
        return;
    }
    const auto begin = SteadyClock::now();
    std::optional<Error> error;
    try {
        call.check();
        if (still_running() >= abandoned_calls_max)
            throw Error(Errc::unavailable,
                        std::to_string(abandoned_calls_max) + " earlier calls of it have not returned")
                .with_hint("The plugin hangs; the log names the calls. Restart murmurd to be rid of them.");
        auto watched = std::make_shared<Watched>();
        const std::stop_callback forward_stop(call.stop, [watched] {
            {
                const std::lock_guard lock(watched->mutex);
                watched->called_off = true;
            }
            watched->stop.request_stop();
            watched->ended_changed.notify_all();
        });
        start_thread(what, watched, Call{watched->stop.get_token(), call.deadline, call.request_id}, std::move(work));
        error = wait_for_end(what, *watched, call);
    } catch (...) {
        error = current_error();
    }
    finish(what, call.request_id, begin, error);
}

}
