#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unique_fd.hpp"

namespace murmur::local {

/// One process for ever: a pid alone is used again for others, the pair with the start time is not.
struct ProcessIdentity {
    pid_t pid = 0;
    std::uint64_t start_time = 0;  ///< clock ticks since boot, field 22 of /proc/<pid>/stat

    auto operator<=>(const ProcessIdentity&) const = default;
};

struct ProcessFacts {
    ProcessIdentity identity;
    pid_t parent = 0;
    pid_t session = 0;
    char state = '?';  ///< the letter of /proc/<pid>/stat
    /// Where the environment of its program lies in its memory: another place after an exec, as good as surely. 0 when
    /// the kernel does not show it.
    std::uint64_t environment_address = 0;
    bool kernel = false;  ///< one of the kernel's own threads
    bool ended = false;   ///< a zombie without living threads, or on its way out
};

/// What /proc says about a pid now; empty when no process has it.
std::optional<ProcessFacts> find_process(pid_t pid);
/// The process itself, and not another one that got its pid; empty when it has ended (a zombie has).
std::optional<ProcessFacts> find_process(const ProcessIdentity& identity);
/// Shows every process in turn, in the order of their pids and each as soon as it is found, because short-lived ones do
/// not wait. Whoever lives throughout is shown, and so is, as a rule, the child of one that ended before its turn: its
/// pid is higher.
void visit_processes(const std::function<void(const ProcessFacts&)>& visit);

/// The environment a process was started with, one "NAME=value" each; empty when it may not be read or is gone.
std::vector<std::string> read_environment(pid_t pid);
struct VariableReading {
    std::optional<std::string> value;
    bool certain = true;  ///< false: the process ended, or was changing its program, so that nothing can be said
};
/// The value of one variable of it. A process of another user has none.
VariableReading read_variable(pid_t pid, std::string_view name);
/// The working directory; empty when it may not be read.
std::filesystem::path find_working_directory(pid_t pid);

/// A name of this run of the kernel; another one means that every process of before is gone.
const std::string& boot_id();

enum class SignalResult { sent, gone, denied };

/// Sends a signal to that very process: never to one that took over its pid.
SignalResult send_signal(const ProcessIdentity& identity, int signal);
/// A pidfd of that very process, readable once it has ended; empty when it has ended.
UniqueFd open_process(const ProcessIdentity& identity);

}
