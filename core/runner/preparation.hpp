#pragma once

#include <chrono>
#include <functional>
#include <murmur/error.hpp>
#include <optional>
#include <stop_token>

#include "runner/inbox.hpp"
#include "runner/session.hpp"

namespace murmur::runner {

/// What became of work that was done before the session.
struct PreparationResult {
    std::optional<Session::End> end = {};  ///< the runner was told to end meanwhile
    bool discard = false;
    std::optional<Error> error = {};
    /// The work did not heed its stop token: it may still be running, with all that it refers to. Nothing may be
    /// destroyed any more; the program has to exit.
    bool abandoned = false;
};

/// Does `work` on a thread of its own, so that a stop, a fencing or a signal takes effect at once: then its stop token
/// is triggered, and it is waited for no longer than `grace`. Commands that came meanwhile are in the inbox afterwards,
/// in their order.
PreparationResult run_preparation(Inbox& inbox, std::chrono::milliseconds grace,
                                  std::function<void(std::stop_token)> work);

}
