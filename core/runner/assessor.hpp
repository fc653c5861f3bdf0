#pragma once

#include <chrono>
#include <memory>
#include <murmur/backend.hpp>
#include <optional>
#include <string>

#include "runner/child_process.hpp"
#include "runner/frames.hpp"
#include "runner/reports.hpp"

namespace murmur::runner {

/// How long an assessor may think.
inline constexpr std::chrono::minutes assessor_limit{10};

/// A second, short session of the agent's backend: one turn, in a copy of the work tree, with no right to act as the
/// agent. For the thread of the session; costs that it can only tell in tokens go on to `sink`.
class Assessor {
public:
    /// `spec` is the agent's session, `agent_process` its process, or -1. Throws what opening the backend and starting
    /// the program throw.
    Assessor(Backend& backend, SessionSpec spec, const std::filesystem::path& copy, const AssessCommand& command,
             std::shared_ptr<const Redactor> redactor, ReportSink& sink, std::chrono::milliseconds limit,
             std::vector<pid_t> agent_processes);

    void watch(PollSet& set) const { process_->watch(set); }
    std::chrono::steady_clock::time_point deadline() const { return std::min(deadline_, process_->deadline()); }
    void handle(const PollSet& set);
    /// Ends it without an answer.
    void cancel(const Error& why);
    bool finished() const { return done_; }
    /// Of a finished one.
    const reports::Assessment& result() const { return result_; }

private:
    void apply(const Translation& translation);
    void finish(std::optional<Error> error);

    ReportSink& sink_;
    BackendCapabilities capabilities_;
    std::unique_ptr<BackendSession> translator_;
    std::unique_ptr<ChildProcess> process_;
    std::chrono::steady_clock::time_point deadline_;
    std::chrono::milliseconds limit_;
    std::string last_text_;
    reports::Assessment result_;
    bool done_ = false;
};

}
