#include "git/exec_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <murmur/error.hpp>

namespace murmur::git {

namespace {

constexpr int exit_wait_ms = 10'000;  // a program that has both pipes closed and stays longer is stuck
constexpr std::size_t stderr_kept_bytes = 4096;

std::pair<Fd, Fd> make_exec_pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) throw system_error(errno, "making a pipe");
    return {Fd(ends[0]), Fd(ends[1])};
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& extra) {
    std::vector<std::string> out;
    for (char** entry = environ; *entry; ++entry) {
        const std::string text = *entry;
        if (!extra.count(text.substr(0, text.find('=')))) out.push_back(text);
    }
    for (const auto& [name, value] : extra) out.push_back(name + "=" + value);
    return out;
}

std::vector<char*> as_pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

}

ExecProcess::ExecProcess(const std::vector<std::string>& argv, const std::map<std::string, std::string>& environment) {
    auto [child_in, input] = make_exec_pipe();
    auto [output, child_out] = make_exec_pipe();
    // A file in memory takes stderr, so that nobody has to read along and a chatty program never blocks.
    error_ = Fd(memfd_create("stderr", MFD_CLOEXEC));
    if (!error_) throw system_error(errno, "making a place for stderr");

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, child_in.get(), 0);
    posix_spawn_file_actions_adddup2(&actions, child_out.get(), 1);
    posix_spawn_file_actions_adddup2(&actions, error_.get(), 2);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::vector<std::string> arguments = argv, variables = merged_environment(environment);
    const int failed = posix_spawnp(&pid_, arguments[0].c_str(), &actions, &attributes, as_pointers(arguments).data(),
                                    as_pointers(variables).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failed) {
        pid_ = -1;
        throw system_error(failed, "starting \"" + argv[0] + "\"");
    }
    input_ = std::move(input);
    output_ = std::move(output);
}

ExecProcess::~ExecProcess() {
    if (pid_ > 0) kill(pid_, SIGTERM);
    finish();
}

std::size_t ExecProcess::read(char* buffer, std::size_t size) {
    for (;;) {
        const ssize_t got = ::read(output_.get(), buffer, size);
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR) throw system_error(errno, "reading from the helper program");
    }
}

bool ExecProcess::write(const char* data, std::size_t size) {
    // A program that has gone must be an answer, not a SIGPIPE: blocked here, and taken away again if it came.
    sigset_t pipe_signal, before;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    bool fine = true;
    while (size > 0 && fine) {
        const ssize_t put = ::write(input_.get(), data, size);
        if (put > 0) {
            data += put;
            size -= static_cast<std::size_t>(put);
        } else if (errno != EINTR) {
            fine = false;
        }
    }
    const timespec at_once{};
    if (!fine) sigtimedwait(&pipe_signal, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return fine;
}

void ExecProcess::cut_short() {
    if (pid_ > 0) kill(pid_, SIGKILL);
}

int ExecProcess::finish() {
    if (pid_ < 0) return exit_code_;
    input_.reset();
    output_.reset();
    Fd handle(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
    pollfd wait_for{handle.get(), POLLIN, 0};
    if (!handle || poll(&wait_for, 1, exit_wait_ms) == 0) kill(pid_, SIGKILL);
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return exit_code_;
}

std::string ExecProcess::standard_error() const {
    const off_t size = lseek(error_.get(), 0, SEEK_END);
    std::string text(static_cast<std::size_t>(std::clamp<off_t>(size, 0, stderr_kept_bytes)), '\0');
    const ssize_t got = pread(error_.get(), text.data(), text.size(), size - static_cast<off_t>(text.size()));
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
}

}
