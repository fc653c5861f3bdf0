#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <murmur/backend.hpp>
#include <murmur/log.hpp>

#include "runner/blob_client.hpp"
#include "runner/channel.hpp"
#include "runner/git_watch.hpp"
#include "runner/session.hpp"
#include "runner/workspace_hooks.hpp"

namespace murmur::runner {

struct SupervisorOptions {
    std::filesystem::path machine_directory;  ///< the machine's own; workspace and home are made in it
    std::filesystem::path programs;           ///< where `murmur` is, for the agent; may be empty
    Hello hello;
    Channel::Connector connector;
    /// Finds the assignment's backend. Throws not_found with the reason.
    std::function<std::shared_ptr<Backend>(const Assignment&)> backend;
    std::function<std::unique_ptr<BlobClient>()> blobs;
    Logger* logger = nullptr;
    /// Told what may not be in the log; may be empty.
    std::function<void(std::shared_ptr<const Redactor>)> redact_log = {};
    bool take_signals = false;  ///< SIGTERM and SIGINT end the session in good order
    ChannelLimits channel = {};
    SessionLimits session = {};
    PushPatience push = {};
    std::chrono::milliseconds hooks{hooks_budget};
    std::chrono::milliseconds preparation_grace{2'000};   ///< for a clone that is cut short
    std::chrono::milliseconds farewell{600'000};          ///< for murmurd to take the last report
    std::chrono::milliseconds farewell_shut_down{3'000};  ///< the same when the runner is being ended
};

/// One life of a runner: attach, take the assignment, prepare, run the session, save the work, say how it ended. A
/// runner that is itself told to end (a signal) saves what it can and goes without a word: that is no end of the
/// session, which the next runner goes on with. Returns the program's exit code. Throws when murmurd was never reached.
int supervise(const SupervisorOptions& options);

}
