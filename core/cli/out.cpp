#include "cli/out.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <murmur/error.hpp>

namespace murmur {

namespace {

bool terminal_wants_colour() {
    if (::isatty(STDOUT_FILENO) == 0) return false;
    const char* no_colour = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return !(no_colour && *no_colour) && terminal && std::strcmp(terminal, "dumb") != 0;
}

int terminal_width() {
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

const char* style_code(Out::Style style) {
    switch (style) {
        case Out::Style::dim: return "2";
        case Out::Style::red: return "31";
        case Out::Style::green: return "32";
        case Out::Style::yellow: return "33";
        case Out::Style::cyan: return "36";
        case Out::Style::plain: break;
    }
    return "0";
}

/// 0, or the errno of the write that failed.
int write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(file, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return 0;
}

}

std::string Out::paint(Style style, std::string_view text) const {
    if (!has_colour_ || style == Style::plain) return std::string(text);
    return std::string("\x1b[") + style_code(style) + "m" + std::string(text) + "\x1b[0m";
}

StandardOut::StandardOut() : Out(terminal_wants_colour(), terminal_width()) {}

void StandardOut::write(std::string_view text) {
    const int failed = write_all(STDOUT_FILENO, text);
    if (failed == 0) return;
    is_closed_ = failed == EPIPE;
    if (is_closed_) throw Error(Errc::cancelled, "nobody reads the output");
    throw system_error(failed, "cannot write the output");
}

void StandardOut::write_note(std::string_view text) {
    write_all(STDERR_FILENO, text);  // there is no other place left to complain
}

}
