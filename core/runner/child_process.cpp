#include "runner/child_process.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "runner/core_limit.hpp"
#include "runner/process_tree.hpp"
#include "runner/reports.hpp"

namespace murmur::runner {

namespace {

constexpr std::size_t stderr_tail_bytes = 8 << 10;  // of the protocol
constexpr std::size_t read_bytes = 64 << 10;
constexpr int reads_per_turn = 16;  // so that a flood of output does not delay an interrupt
// Whoever still holds a stream after the whole tree was killed is not ours to wait for.
constexpr std::chrono::seconds drain_time{5};
constexpr std::chrono::seconds kill_time{5};  // for SIGKILL to take effect on a process that the disk holds

struct ChildPipe {
    Fd read, write;
};

ChildPipe make_child_pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) throw system_error(errno, "making a pipe");
    return {Fd(ends[0]), Fd(ends[1])};
}

void make_nonblocking(const Fd& fd) { fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK); }

bool is_runnable(const std::string& file) {
    struct stat facts;
    return stat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && access(file.c_str(), X_OK) == 0;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

/// Everything the child needs, prepared before the fork: after it, a child of a program with threads may neither
/// allocate nor take a lock.
struct ChildPlan {
    const char* file;
    char* const* argv;
    char* const* environment;
    const char* directory;
    int streams[3];
    int report;  ///< takes the errno of a failure; the program closes it by beginning
    int journal;
    const char* entry;
    std::size_t entry_size;
};

void reset_child_signals() noexcept {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    // Fails for SIGKILL, SIGSTOP and those the C library keeps for itself, which need no reset.
    for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become_program(const ChildPlan& plan) noexcept {
    ::setsid();
    bool fine = true;
    for (int i = 0; i < 3; ++i) fine = fine && ::dup2(plan.streams[i], i) >= 0;
    fine = fine && ::chdir(plan.directory) == 0;
    reset_child_signals();
    if (fine && plan.entry_size > 0) {
        const off_t before = ::lseek(plan.journal, 0, SEEK_END);
        const ssize_t put = ::write(plan.journal, plan.entry, plan.entry_size);
        fine = put == static_cast<ssize_t>(plan.entry_size);
        if (put >= 0 && !fine) errno = ENOSPC;
        if (fine) ::execve(plan.file, plan.argv, plan.environment);
        const int reason = errno;
        if (::ftruncate(plan.journal, before) == 0) errno = reason;
    } else if (fine) {
        ::execve(plan.file, plan.argv, plan.environment);
    }
    const int reason = errno;
    if (::write(plan.report, &reason, sizeof reason) < 0) ::_exit(126);
    ::_exit(127);
}

/// Forks and waits until the child is the program. Throws what kept it from that.
pid_t start_child(const ChildPlan& plan, Fd report_read, Fd report_write, const ProcessStart& start) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // no handler of ours may run in the child
    const pid_t pid = ::fork();
    if (pid == 0) become_program(plan);
    const int failed = errno;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    const std::string what = std::string("starting \"") + plan.file + "\" in \"" + start.working_directory + "\"";
    if (pid < 0) throw system_error(failed, what);
    report_write.reset();
    int reason = 0;
    ssize_t got = 0;
    do got = ::read(report_read.get(), &reason, sizeof reason);
    while (got < 0 && errno == EINTR);
    if (got != sizeof reason) return pid;
    waitpid(pid, nullptr, 0);
    throw system_error(reason, what);
}

/// So that a long first message is in the pipe as a whole. Whatever the system does not allow, it is less.
void widen_pipe(const Fd& pipe, std::size_t bytes) {
    constexpr std::size_t pipe_bytes_max = 1 << 20;  // of a user without privileges
    if (bytes > (64u << 10)) fcntl(pipe.get(), F_SETPIPE_SZ, static_cast<int>(std::min(bytes, pipe_bytes_max)));
}

}

std::string require_program(const ProcessStart& start) {
    const auto path = start.environment.find("PATH");
    const std::string program = start.argv.empty() ? "" : start.argv[0];
    const std::string file =
        find_program(program, path == start.environment.end() ? "" : path->second, start.working_directory);
    if (!file.empty()) return file;
    const std::string named = program.starts_with("/") ? program : start.working_directory + "/" + program;
    struct stat facts;
    if (program.find('/') != std::string::npos && stat(named.c_str(), &facts) == 0)
        throw Error(Errc::permission_denied, "\"" + program + "\" cannot be run: it is " +
                                                 (S_ISREG(facts.st_mode) ? "not executable" : "no file"))
            .with_hint("Make it executable (chmod +x), or name another command in the backend's settings.");
    throw Error(Errc::not_found, "there is no program \"" + program + "\"")
        .with_hint("Install it, put it into PATH, or name another command in the backend's settings.");
}

std::string find_program(const std::string& program, const std::string& path, const std::string& directory) {
    if (program.empty()) return {};
    if (program.find('/') != std::string::npos) {
        const std::string file = program[0] == '/' || directory.empty() ? program : directory + "/" + program;
        return is_runnable(file) ? file : "";
    }
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find(':', begin), path.size());
        // An empty entry means the current directory, which for an agent is someone else's repository: left out.
        if (end > begin) {
            const std::string file = path.substr(begin, end - begin) + "/" + program;
            if (is_runnable(file)) return file;
        }
        begin = end + 1;
    }
    return {};
}

ChildProcess::ChildProcess(const ProcessStart& start)
    : queued_(start.input), spared_(start.spared), redactor_(start.redactor) {
    const std::string file = require_program(start);
    ChildPipe input = make_child_pipe(), output = make_child_pipe(), error = make_child_pipe(),
              report = make_child_pipe();
    input_ = std::move(input.write);
    make_nonblocking(input_);
    widen_pipe(input_, queued_.size());
    close_after_queued_ = start.close_input;
    write_queued();
    std::vector<std::string> arguments = start.argv, variables;
    for (const auto& [name, value] : start.environment) variables.push_back(name + "=" + value);
    const std::vector<char*> argv = pointers_to(arguments), environment = pointers_to(variables);
    const ChildPlan plan{file.c_str(),
                         argv.data(),
                         environment.data(),
                         start.working_directory.c_str(),
                         {input.read.get(), output.write.get(), error.write.get()},
                         report.write.get(),
                         start.journal,
                         start.journal_entry.data(),
                         start.journal < 0 ? 0 : start.journal_entry.size()};
    pid_ = start_child(plan, std::move(report.read), std::move(report.write), start);
    restore_core_limit(pid_);
    handle_ = Fd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
    if (!handle_) {
        const int reason = errno;
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
        throw system_error(reason, "watching process " + std::to_string(pid_));
    }
    output_ = std::move(output.read);
    error_ = std::move(error.read);
    make_nonblocking(output_);
    make_nonblocking(error_);
}

ChildProcess::~ChildProcess() {
    if (!exit_) {
        kill(-pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    kill_tree();
}

void ChildProcess::write(std::string_view bytes) {
    if (!input_ || close_after_queued_) return;
    queued_.append(bytes);
    write_queued();
}

void ChildProcess::close_input() {
    close_after_queued_ = true;
    if (queued_.empty()) input_.reset();
}

void ChildProcess::send_signal(int signal) {
    if (!exit_) kill(-pid_, signal);
}

void ChildProcess::kill_tree() {
    if (!exit_) kill(pid_, SIGKILL);
    kill_foreign_descendants(std::chrono::steady_clock::now() + kill_time, exit_ ? -1 : pid_, spared_);
}

void ChildProcess::watch(PollSet& set) const {
    if (!exit_) set.add(handle_.get(), POLLIN);
    if (input_ && !queued_.empty()) set.add(input_.get(), POLLOUT);
    if (output_) set.add(output_.get(), POLLIN);
    if (error_) set.add(error_.get(), POLLIN);
}

std::chrono::steady_clock::time_point ChildProcess::deadline() const {
    return exit_ && !finished() ? exited_at_ + drain_time : std::chrono::steady_clock::time_point::max();
}

void ChildProcess::handle(const PollSet& set, const OnLine& on_line) {
    if (input_ && set.ready(input_.get())) write_queued();
    if (output_ && set.ready(output_.get()))
        read_stream(output_, OutputStream::standard_output, output_lines_, on_line);
    if (error_ && set.ready(error_.get())) read_stream(error_, OutputStream::standard_error, error_lines_, on_line);
    if (!exit_ && set.ready(handle_.get())) take_exit();
    if (exit_ && !finished() && std::chrono::steady_clock::now() >= exited_at_ + drain_time) {
        output_lines_.finish([&](std::string_view line) { on_line(OutputStream::standard_output, line); });
        error_lines_.finish([&](std::string_view line) { on_line(OutputStream::standard_error, line); });
        output_.reset();
        error_.reset();
    }
}

void ChildProcess::take_exit() {
    int status = 0;
    if (waitpid(pid_, &status, 0) < 0) throw system_error(errno, "waiting for process " + std::to_string(pid_));
    exit_ = WIFSIGNALED(status) ? ExitStatus{0, WTERMSIG(status)} : ExitStatus{WEXITSTATUS(status), 0};
    exited_at_ = std::chrono::steady_clock::now();
    input_.reset();
    kill_tree();
}

void ChildProcess::write_queued() {
    // Without this a reader that has gone would end the runner. Linux has no MSG_NOSIGNAL for pipes.
    sigset_t pipe_signal, before;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    while (!queued_.empty()) {
        const ssize_t put = ::write(input_.get(), queued_.data(), queued_.size());
        if (put > 0) {
            queued_.erase(0, static_cast<std::size_t>(put));
        } else if (errno == EPIPE) {
            const timespec at_once{};
            sigtimedwait(&pipe_signal, nullptr, &at_once);
            queued_.clear();
            close_after_queued_ = true;
        } else if (errno != EINTR) {
            break;
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (queued_.empty() && close_after_queued_) input_.reset();
}

void ChildProcess::read_stream(Fd& stream, OutputStream kind, LineSplitter& lines, const OnLine& on_line) {
    const auto pass = [&](std::string_view raw) {
        const std::string line = replace_invalid_utf8(raw);
        if (kind == OutputStream::standard_error) keep_stderr(line);
        on_line(kind, line);
    };
    std::string buffer(read_bytes, '\0');
    for (int i = 0; i < reads_per_turn; ++i) {
        const ssize_t got = ::read(stream.get(), buffer.data(), buffer.size());
        if (got > 0) {
            lines.feed(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)), pass);
        } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            lines.finish(pass);
            stream.reset();
            return;
        } else {
            return;
        }
    }
}

void ChildProcess::keep_stderr(std::string_view line) {
    // Before it is cut: what is left of a value that was cut in two is found no more.
    stderr_tail_ += line.size() < line_bytes_max ? redactor_->redact(line) : redactor_->redact_cut(line);
    stderr_tail_ += '\n';
    if (stderr_tail_.size() <= stderr_tail_bytes) return;
    std::size_t cut = stderr_tail_.find('\n', stderr_tail_.size() - stderr_tail_bytes - 1);
    if (cut == std::string::npos || cut + 1 >= stderr_tail_.size()) {  // one line that is longer than all of it
        cut = stderr_tail_.size() - stderr_tail_bytes - 1;
        while (cut + 1 < stderr_tail_.size() && (static_cast<unsigned char>(stderr_tail_[cut + 1]) & 0xC0) == 0x80)
            ++cut;
    }
    stderr_tail_.erase(0, cut + 1);
}

}
