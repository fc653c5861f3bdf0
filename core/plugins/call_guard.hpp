#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <murmur/call.hpp>
#include <murmur/error.hpp>
#include <murmur/log.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/locked.hpp"

namespace murmur {

/// What the calls of one name into one plugin came to.
struct CallMetrics {
    std::string plugin;
    std::string call;
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;  ///< with any error, deadlines included
    std::uint64_t deadline_exceeded = 0;
    std::uint64_t abandoned = 0;      ///< of those, calls that did not return in time and were left behind
    std::uint64_t still_running = 0;  ///< abandoned calls that have not returned to this day
    double seconds = 0;               ///< spent, all calls together
};

/// A call this much past its deadline is left behind. Room for the plugin to notice the deadline, or the stop token
/// that is set at it, and to say what it was doing.
inline constexpr std::chrono::milliseconds abandon_grace{250};

/// A call that its caller has called off has so long to put away what it has begun; then it is left behind.
inline constexpr std::chrono::seconds called_off_grace{5};

/// So many calls of one plugin may be left behind at once; then further ones fail at once. Each holds a thread, and a
/// plugin that hangs this often will hang again.
inline constexpr std::uint64_t abandoned_calls_max = 16;

/// The one way into a plugin's code: every call goes through its plugin's guard.
///
/// Whatever a call throws comes out as an Error of the host's own strings, with the context `calling start of plugin
/// "local"`. Calls are measured, counted and, when they fail, logged. Held by shared_ptr, because a call that is left
/// behind still reports to it. Safe from any thread.
class CallGuard : public std::enable_shared_from_this<CallGuard> {
public:
    CallGuard(std::string plugin, std::shared_ptr<Logger> logger);

    /// Runs `work` in this thread; for calls that do not block.
    template <class Work>
    auto run(const char* what, Work&& work) {
        using Result = std::invoke_result_t<Work>;
        if constexpr (std::is_void_v<Result>) {
            run_here(what, {}, [&] { work(); });
        } else {
            std::optional<Result> result;
            run_here(what, {}, [&] { result.emplace(work()); });
            return std::move(*result);
        }
    }

    /// Runs `work(call)` under the call's deadline, in a thread of its own: when it is `abandon_grace` past the
    /// deadline the caller gets deadline_exceeded (`called_off_grace` past the call's stop: cancelled), and the thread
    /// is left to finish. So `work` must own all that it touches. Without a deadline it runs in this thread.
    template <class Work>
    auto run_limited(const char* what, const Call& call, Work work) {
        using Result = std::invoke_result_t<Work&, const Call&>;
        if constexpr (std::is_void_v<Result>) {
            run_watched(what, call, std::move(work));
        } else {
            // Shared with the thread: when it is left behind, it frees the result.
            auto result = std::make_shared<std::optional<Result>>();
            run_watched(what, call,
                        [result, work = std::move(work)](const Call& inner) mutable { result->emplace(work(inner)); });
            return std::move(**result);
        }
    }

    const std::string& plugin() const { return plugin_; }
    std::vector<CallMetrics> metrics();

private:
    struct Watched;

    void run_here(const char* what, const std::string& request_id, const std::function<void()>& work);
    void run_watched(const char* what, const Call& call, std::function<void(const Call&)> work);
    /// Runs `work` in a thread that reports to `watched`, and to this guard when it was left behind.
    void start_thread(const char* what, const std::shared_ptr<Watched>& watched, Call inner,
                      std::function<void(const Call&)> work);
    /// Until the deadline, or until it is called off, and the grace; marks the call as left behind when it has not
    /// ended by then.
    std::optional<Error> wait_for_end(const char* what, Watched& watched, const Call& call);
    void count(const char* what, const std::function<void(CallMetrics&)>& change);
    std::uint64_t still_running();
    /// Counts, logs and words a call that has ended; throws if it ended with an error.
    void finish(const char* what, const std::string& request_id, std::chrono::steady_clock::time_point begin,
                const std::optional<Error>& error);

    const std::string plugin_;
    const std::shared_ptr<Logger> logger_;
    Locked<std::map<std::string, CallMetrics>> metrics_;
};

}
