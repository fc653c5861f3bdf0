#include "logging/patient_sink.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <murmur/error.hpp>
#include <utility>

namespace murmur {

namespace {

// How long a reader that is merely busy may hold up a line. Once a line was lost, the next ones do not wait at all.
constexpr int log_write_patience_ms = 100;

int open_log_file(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0)
        throw system_error(errno, "cannot open the log file \"" + file.string() + "\"")
            .with_hint("Choose a log file in a folder that this user may write to.");
    return fd;
}

/// write(), without the SIGPIPE that a reader who has left would cost the program.
ssize_t write_without_signal(int fd, const char* data, std::size_t size) {
    sigset_t pipe_signal;
    sigset_t before;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    const ssize_t written = ::write(fd, data, size);
    const int error = errno;
    if (written < 0 && error == EPIPE && !sigismember(&before, SIGPIPE)) {
        const timespec at_once{};
        sigtimedwait(&pipe_signal, nullptr, &at_once);  // takes back what this thread was just sent
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return written;
}

}

PatientSink::PatientSink(std::optional<std::filesystem::path> file)
    : file_(std::move(file)), fd_(file_ ? open_log_file(*file_) : STDERR_FILENO) {}

PatientSink::~PatientSink() {
    if (file_) ::close(fd_);
}

void PatientSink::reopen() {
    if (!file_) return;
    const int fresh = open_log_file(*file_);
    const std::lock_guard lock(mutex_);
    ::close(fd_);
    fd_ = fresh;
    torn_ = false;
}

bool PatientSink::write_line(const char* data, std::size_t size) {
    const int patience = lost_ == reported_ ? log_write_patience_ms : 0;
    while (size > 0) {
        // A pipe or terminal that polls as writable takes PIPE_BUF bytes without blocking, even in blocking mode; the
        // mode itself is not ours to change, since other processes may share the descriptor.
        pollfd ready{fd_, POLLOUT, 0};
        const int count = ::poll(&ready, 1, patience);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0 || ready.revents != POLLOUT) return false;
        const ssize_t written = write_without_signal(fd_, data, std::min<std::size_t>(size, PIPE_BUF));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        data += written;
        size -= static_cast<std::size_t>(written);
        torn_ = size > 0;
    }
    return true;
}

bool PatientSink::report_lost(const spdlog::details::log_msg& message) {
    const std::uint64_t lost = lost_.load();
    const std::string payload = "msg=\"log lines were lost\" lines=" + std::to_string(lost - reported_);
    spdlog::details::log_msg report(message);
    report.level = spdlog::level::warn;
    report.payload = payload;
    spdlog::memory_buf_t line;
    formatter_->format(report, line);
    if (!write_line(line.data(), line.size())) return false;
    reported_ = lost;
    return true;
}

void PatientSink::sink_it_(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    const bool whole = (!torn_ || write_line("\n", 1)) && (lost_ == reported_ || report_lost(message)) &&
                       write_line(line.data(), line.size());
    if (!whole) ++lost_;
}

}
