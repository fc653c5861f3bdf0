#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <murmur/backend.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "runner/poll_set.hpp"

namespace murmur::runner {

/// The process that a session runs in, behind pipes or in a terminal. Used by one thread.
///
/// Destroying it kills it and everything that came of it.
class SessionProcess {
public:
    using Time = std::chrono::steady_clock::time_point;
    using OnLine = std::function<void(OutputStream, std::string_view line)>;

    SessionProcess() = default;
    virtual ~SessionProcess() = default;
    SessionProcess(const SessionProcess&) = delete;
    SessionProcess& operator=(const SessionProcess&) = delete;

    /// Of the CLI itself; 0 while that is not known.
    virtual pid_t pid() const = 0;
    /// All that must live for it to live, but what these started.
    virtual std::vector<pid_t> roots() const = 0;
    /// Queues bytes for its standard input; in a terminal: a message, to be pasted and sent. What it does not read is
    /// dropped at its end.
    virtual void write(std::string_view bytes) = 0;
    /// Closes its standard input after what is queued.
    virtual void close_input() = 0;
    /// To its process group.
    virtual void send_signal(int signal) = 0;
    /// SIGKILL to every descendant of the runner but the spared ones: what leaves its parent cannot be told apart.
    virtual void kill_tree() = 0;

    /// Takes part in a wait, and carries out what became possible. Lines come in the order they were written, per
    /// stream.
    virtual void watch(PollSet& set) const = 0;
    virtual void handle(const PollSet& set, const OnLine& on_line) = 0;
    /// When handle() must be called even if nothing became ready.
    virtual Time deadline() const = 0;

    /// It is gone, so is everything it left behind, and all that it said was passed on.
    virtual bool finished() const = 0;
    /// Of a finished one.
    virtual ExitStatus status() const = 0;
    /// The last 8 KiB of its stderr, whole lines where possible, without secret values.
    virtual const std::string& stderr_tail() const = 0;

    /// It is up, and takes messages.
    virtual bool is_ready() const { return true; }
    /// A person looks at its terminal.
    virtual bool is_attended() const { return false; }
    /// All that was written to its terminal has been typed, and all that it showed was passed on.
    virtual bool is_at_rest() const { return true; }
    /// When its terminal last showed something.
    virtual Time last_output() const { return Time::min(); }
    /// Presses keys in its terminal, by the names that tmux gives them.
    virtual void press_keys(const std::vector<std::string>&) {}
};

}
