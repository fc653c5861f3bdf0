#include "run_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>

// glibc 2.36 declares these two without C linkage.
extern "C" {
#include <sys/pidfd.h>
}

#include "murmur/error.hpp"
#include "process_tree.hpp"
#include "waiting.hpp"

namespace murmur::local {

namespace {

// How long the killing of a program that overstayed may take, beyond the call it overstayed.
constexpr std::chrono::seconds cleanup_wait_max{5};

/// One stream of the program as it comes in.
class Capture {
public:
    Capture() : pipe_(make_pipe()) {
        if (::fcntl(pipe_.read_end.get(), F_SETFL, O_NONBLOCK) != 0) throw system_error(errno, "cannot set up a pipe");
    }

    int write_fd() const { return pipe_.write_end.get(); }
    int read_fd() const { return pipe_.read_end.get(); }
    void close_write_end() { pipe_.write_end.reset(); }
    std::string take() { return std::move(text_); }

    void read_available() {
        std::array<char, 65536> buffer;
        while (pipe_.read_end) {
            const ssize_t count = ::read(pipe_.read_end.get(), buffer.data(), buffer.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0 && errno == EAGAIN) return;
            if (count <= 0) return pipe_.read_end.reset();
            if (text_.size() + static_cast<std::size_t>(count) > captured_bytes_max)
                throw Error(Errc::resource_exhausted,
                            "the program wrote more than " + std::to_string(captured_bytes_max >> 20) + " MiB")
                    .with_hint("Send its output to a file on the machine.");
            text_.append(buffer.data(), static_cast<std::size_t>(count));
        }
    }

private:
    Pipe pipe_;
    std::string text_;
};

/// The child of run_program: killed with its descendants unless it was seen to end.
class RunningProgram {
public:
    explicit RunningProgram(const ChildProgram& program) {
        const ExecArrays arrays(program);
        Pipe report = make_pipe();
        {
            const SignalsBlocked blocked;
            pid_ = ::fork();
            if (pid_ == 0) become_program(program, arrays, report.write_end.get(), -1);
        }
        if (pid_ < 0) throw_report({ChildReport::Stage::fork, errno}, program);
        report.write_end.reset();
        if (const std::optional<ProcessFacts> facts = find_process(pid_)) identity_ = facts->identity;
        pidfd_ = UniqueFd(::pidfd_open(pid_, 0));
        ChildReport said;
        while (receive_report(report.read_end.get(), said)) {
            if (said.stage == ChildReport::Stage::ready) continue;
            reap();
            throw_report(said, program);
        }
    }

    ~RunningProgram() {
        if (pid_ <= 0) return;
        try {
            Call cleanup;
            cleanup.deadline = Call::Clock::now() + cleanup_wait_max;
            kill_members({identity_, {}}, cleanup);
        } catch (...) {
            // A destructor cannot report it; the descendants carry the machine's marker and end with the machine.
        }
        // Cannot be missed even then: it is our own child, so the pid is still its own.
        ::kill(pid_, SIGKILL);
        reap();
    }

    int pidfd() const { return pidfd_.get(); }

    /// After the pidfd became readable.
    int reap() {
        int status = 0;
        pid_t got = 0;
        do got = ::waitpid(pid_, &status, 0);
        while (got < 0 && errno == EINTR);
        pid_ = -1;
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }

private:
    pid_t pid_ = -1;
    ProcessIdentity identity_;
    UniqueFd pidfd_;
};

}

ExecResult run_program(ChildProgram program, const Call& call) {
    const UniqueFd null = open_null();
    Capture output;
    Capture error_output;
    program.standard_input = null.get();
    program.standard_output = output.write_fd();
    program.standard_error = error_output.write_fd();
    RunningProgram running(program);
    if (running.pidfd() < 0)
        throw Error(Errc::resource_exhausted, "there is no file descriptor left for a new process");
    output.close_write_end();
    error_output.close_write_end();
    const StopEvent stop(call);
    while (true) {
        call.check();
        std::array<pollfd, 4> waits{{{running.pidfd(), POLLIN, 0},
                                     {output.read_fd(), POLLIN, 0},
                                     {error_output.read_fd(), POLLIN, 0},
                                     {stop.fd(), POLLIN, 0}}};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(call.remaining());
        // One more than is left: a deadline that was rounded down must have passed when poll() returns.
        const int count = ::poll(waits.data(), waits.size(), poll_timeout(left + std::chrono::milliseconds(1)));
        if (count < 0 && errno != EINTR) throw system_error(errno, "cannot wait for \"" + program.file + "\"");
        output.read_available();
        error_output.read_available();
        // The pipes may stay open in what it left behind; they were read after it ended, so all of its own is here.
        if (count > 0 && waits[0].revents != 0) break;
    }
    return {running.reap(), output.take(), error_output.take()};
}

}
