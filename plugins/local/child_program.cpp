#include "child_program.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "murmur/error.hpp"

namespace murmur::local {

namespace {

// Where the child keeps its descriptors until exec; above the three of every program, in a row, so that one call closes
// all others.
constexpr int report_slot = 3;
constexpr int go_slot = 4;
constexpr int directory_slot = 5;
constexpr int first_free = 6;

// What a shell reports for a program it could not begin.
constexpr int exit_not_begun = 127;

[[noreturn]] void give_up(int report, ChildReport::Stage stage) noexcept {
    send_report(report, stage, errno);
    ::_exit(exit_not_begun);
}

void reset_signals() noexcept {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    // Fails for SIGKILL, SIGSTOP and those the C library keeps for itself, which need no reset.
    for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
}

/// Puts the descriptors into their slots; the first step keeps one from overwriting another.
void arrange_descriptors(const ChildProgram& program, int report, int go) noexcept {
    int wanted[] = {program.standard_input, program.standard_output, program.standard_error, report, go,
                    program.directory};
    for (int& fd : wanted) {
        if (fd < 0) continue;
        fd = ::fcntl(fd, F_DUPFD, first_free);
        if (fd < 0) give_up(report, ChildReport::Stage::setup);
    }
    for (int slot = 0; slot < first_free; ++slot)
        if (wanted[slot] >= 0 && ::dup2(wanted[slot], slot) < 0) give_up(report, ChildReport::Stage::setup);
    ::fcntl(report_slot, F_SETFD, FD_CLOEXEC);
    ::fcntl(go_slot, F_SETFD, FD_CLOEXEC);
    ::fcntl(directory_slot, F_SETFD, FD_CLOEXEC);
    if (go < 0) ::close(go_slot);
    if (::close_range(first_free, ~0U, 0) != 0) give_up(report_slot, ChildReport::Stage::setup);
}

void wait_for_go() noexcept {
    char byte = 0;
    ssize_t count = 0;
    do count = ::read(go_slot, &byte, 1);
    while (count < 0 && errno == EINTR);
    if (count != 1) ::_exit(exit_not_begun);
    ::close(::openat(directory_slot, launched_file, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
}

std::string shown_stage(ChildReport::Stage stage) {
    switch (stage) {
        case ChildReport::Stage::fork: return "cannot make a process for";
        case ChildReport::Stage::nice: return "cannot set the niceness of";
        case ChildReport::Stage::directory: return "cannot enter the working directory of";
        case ChildReport::Stage::exec: return "cannot run";
        default: return "cannot prepare a process for";
    }
}

}

ExecArrays::ExecArrays(const ChildProgram& program) {
    for (const std::string& text : program.argv) argv_.push_back(const_cast<char*>(text.c_str()));
    for (const std::string& text : program.environment) environment_.push_back(const_cast<char*>(text.c_str()));
    argv_.push_back(nullptr);
    environment_.push_back(nullptr);
}

void become_program(const ChildProgram& program, const ExecArrays& arrays, int report, int go) noexcept {
    ::setsid();
    reset_signals();
    arrange_descriptors(program, report, go);
    if (program.nice != 0 && ::setpriority(PRIO_PROCESS, 0, program.nice) != 0)
        give_up(report_slot, ChildReport::Stage::nice);
    if (::fchdir(directory_slot) != 0) give_up(report_slot, ChildReport::Stage::directory);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    send_report(report_slot, ChildReport::Stage::ready, ::getpid());
    if (go >= 0) wait_for_go();
    ::execve(program.file.c_str(), arrays.argv(), arrays.environment());
    const int failure = errno;
    if (go >= 0) ::unlinkat(directory_slot, launched_file, 0);
    errno = failure;
    give_up(report_slot, ChildReport::Stage::exec);
}

void send_report(int to, ChildReport::Stage stage, int value) noexcept {
    const ChildReport report{stage, value};
    // Far below PIPE_BUF, hence written whole; when the reader is gone, so is whoever wanted to know.
    while (::write(to, &report, sizeof report) < 0 && errno == EINTR) {
    }
}

bool receive_report(int from, ChildReport& report) {
    while (true) {
        const ssize_t count = ::read(from, &report, sizeof report);
        if (count == sizeof report) return true;
        if (count == 0) return false;
        if (count < 0 && errno != EINTR) throw system_error(errno, "cannot learn what became of a new process");
    }
}

void throw_report(const ChildReport& report, const ChildProgram& program) {
    const Error error = system_error(report.value, shown_stage(report.stage) + " \"" + program.file + "\"");
    if (report.stage == ChildReport::Stage::nice)
        throw error.with_hint("Set plugins.local.nice to 0 or more, or give murmurd the right to lower it.");
    if (report.stage != ChildReport::Stage::exec) throw error;
    if (report.value == ENOENT)
        throw error.with_hint("Install that program; if it is a script, the interpreter in its first line is missing.");
    if (report.value == EACCES) throw error.with_hint("Make the file executable for the user of murmurd.");
    throw error;
}

SignalsBlocked::SignalsBlocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
}

SignalsBlocked::~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

Pipe make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw system_error(errno, "cannot make a pipe");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

UniqueFd open_null() {
    UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null) throw system_error(errno, "cannot open \"/dev/null\"");
    return null;
}

std::string find_program(const std::string& name, const std::string& path) {
    if (name.find('/') != std::string::npos) return name;
    for (std::size_t position = 0; !name.empty() && position <= path.size();) {
        const std::size_t end = std::min(path.find(':', position), path.size());
        const std::string file = path.substr(position, end - position) + "/" + name;
        if (end > position && ::access(file.c_str(), X_OK) == 0) return file;
        position = end + 1;
    }
    throw Error(Errc::not_found, "there is no program \"" + name + "\" in PATH")
        .with_hint("Install it, or give its path.");
}

}
