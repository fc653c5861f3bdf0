#include "launch.hpp"

#include <sys/wait.h>

#include <cerrno>

#include "murmur/error.hpp"
#include "waiting.hpp"

namespace murmur::local {

namespace {

/// The first child's whole life: it makes the real one and ends, so that init becomes the parent.
[[noreturn]] void fork_again(const ChildProgram& program, const ExecArrays& arrays, int report, int go_read) noexcept {
    const pid_t pid = ::fork();
    if (pid == 0) become_program(program, arrays, report, go_read);
    if (pid < 0) send_report(report, ChildReport::Stage::fork, errno);
    ::_exit(0);
}

}

HeldProcess::HeldProcess(ChildProgram program) : program_(std::move(program)), report_(make_pipe()), go_(make_pipe()) {
    const ExecArrays arrays(program_);
    pid_t first = -1;
    {
        const SignalsBlocked blocked;
        first = ::fork();
        if (first == 0) fork_again(program_, arrays, report_.write_end.get(), go_.read_end.get());
    }
    if (first < 0) throw_report({ChildReport::Stage::fork, errno}, program_);
    report_.write_end.reset();
    // ECHILD: a host that ignores SIGCHLD has it reaped already.
    while (::waitpid(first, nullptr, 0) < 0 && errno == EINTR) {
    }
    ChildReport report;
    if (!receive_report(report_.read_end.get(), report))
        throw Error(Errc::unavailable, "the new process for \"" + program_.file + "\" was killed as it began")
            .with_hint("This computer may be short of memory.");
    if (report.stage != ChildReport::Stage::ready) throw_report(report, program_);
    const std::optional<ProcessFacts> facts = find_process(static_cast<pid_t>(report.value));
    if (!facts)
        throw Error(Errc::unavailable, "the new process for \"" + program_.file + "\" was killed as it began")
            .with_hint("This computer may be short of memory.");
    identity_ = facts->identity;
}

HeldProcess::~HeldProcess() {
    if (!report_.read_end) return;
    go_.write_end.reset();
    // It holds the other end of this pipe until it ends, or for an instant after another fork in this program.
    char ignored[sizeof(ChildReport)];
    ssize_t count = 0;
    do count = ::read(report_.read_end.get(), ignored, sizeof ignored);
    while (count > 0 || (count < 0 && errno == EINTR));
}

void HeldProcess::release() {
    // The read end is kept open here, so that a child that was killed meanwhile brings no SIGPIPE.
    const char byte = 1;
    while (::write(go_.write_end.get(), &byte, 1) < 0 && errno == EINTR) {
    }
    ChildReport report;
    const bool failed = receive_report(report_.read_end.get(), report);
    report_.read_end.reset();
    if (failed) throw_report(report, program_);
}

}
