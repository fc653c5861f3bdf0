#include "daemon/ready_signal.hpp"

#include <unistd.h>

#include <cerrno>

namespace murmur {

ReadySignal::~ReadySignal() {
    if (fd_ >= 0) ::close(fd_);
}

void ReadySignal::ready() { tell("ready\n"); }

void ReadySignal::failed(const Error& error) {
    std::string text = "error: " + error.message() + "\n";
    if (!error.hint().empty()) text += "hint: " + error.hint() + "\n";
    tell(text);
}

void ReadySignal::tell(const std::string& text) {
    if (fd_ < 0) return;
    // Nobody may be reading any more, which is no reason not to serve.
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t count = ::write(fd_, text.data() + written, text.size() - written);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        written += static_cast<std::size_t>(count);
    }
    ::close(fd_);
    fd_ = -1;
}

}
