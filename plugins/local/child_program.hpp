#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "unique_fd.hpp"

namespace murmur::local {

/// Made by the child just before its program begins; see HeldProcess.
inline constexpr const char* launched_file = "launched";

/// Everything a child needs to become a program, prepared before the fork: between fork and exec the child of a program
/// with threads may allocate nothing and take no lock.
struct ChildProgram {
    std::string file;                      ///< what is executed
    std::vector<std::string> argv;         ///< at least its name
    std::vector<std::string> environment;  ///< "NAME=value" each
    int directory = -1;                    ///< becomes the working directory
    int standard_input = -1;
    int standard_output = -1;
    int standard_error = -1;
    int nice = 0;  ///< 0 leaves it as it is
};

/// What a child says of itself before its program begins.
struct ChildReport {
    enum class Stage : int { ready, fork, setup, nice, directory, exec };
    Stage stage = Stage::ready;
    int value = 0;  ///< ready: the pid, else the errno
};

/// argv and environment in the form of execve(). Refers to the program, which must outlive it.
class ExecArrays {
public:
    explicit ExecArrays(const ChildProgram& program);
    char* const* argv() const { return argv_.data(); }
    char* const* environment() const { return environment_.data(); }

private:
    std::vector<char*> argv_;
    std::vector<char*> environment_;
};

/// Runs in the child, after fork, with all signals blocked; only what is safe there. Becomes the leader of a session of
/// its own, drops every descriptor and signal setting of the parent, reports `ready`, waits for one byte from `go`
/// (none at all: it ends; -1: it does not wait), and becomes the program. A failure goes to `report`, which a program
/// that did begin closes. With `go`, it also makes launched_file in the directory.
[[noreturn]] void become_program(const ChildProgram& program, const ExecArrays& arrays, int report, int go) noexcept;

/// Sends one report; safe after fork.
void send_report(int to, ChildReport::Stage stage, int value) noexcept;
/// Waits for the next report; false when the other side has closed.
bool receive_report(int from, ChildReport& report);
/// Turns a failure that a child reported into an Error and throws it.
[[noreturn]] void throw_report(const ChildReport& report, const ChildProgram& program);

/// Blocks every signal for the calling thread while it lives, so that no handler of the parent runs in a new child.
class SignalsBlocked {
public:
    SignalsBlocked() noexcept;
    ~SignalsBlocked();
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_;
};

struct Pipe {
    UniqueFd read_end;
    UniqueFd write_end;
};
/// Both ends are closed in any program that is started.
Pipe make_pipe();
UniqueFd open_null();

/// The file that argv[0] names, sought in `path` (a list with colons) when it holds no slash. Throws `not_found`.
std::string find_program(const std::string& name, const std::string& path);

}
