#include "runner/control_pipe.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <murmur/error.hpp>

namespace murmur::runner {

ControlPipe::ControlPipe(const std::filesystem::path& path) {
    std::error_code none_there;
    std::filesystem::remove(path, none_there);
    if (::mkfifo(path.c_str(), 0600) < 0) throw system_error(errno, "making the pipe \"" + path.string() + "\"");
    // Open for writing too, so that there always is a reader and never an end.
    pipe_ = Fd(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!pipe_) throw system_error(errno, "opening the pipe \"" + path.string() + "\"");
}

void ControlPipe::read(const std::function<void(std::string_view)>& on_line) {
    char buffer[4096];
    for (;;) {
        const ssize_t count = ::read(pipe_.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        lines_.feed({buffer, static_cast<std::size_t>(count)}, on_line);
        if (static_cast<std::size_t>(count) < sizeof buffer) return;
    }
}

}
