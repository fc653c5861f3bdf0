#include "cli/secret_input.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <murmur/error.hpp>
#include <string_view>

#include "base/utf8.hpp"
#include "cli/interrupt.hpp"

namespace murmur {

namespace {

/// The terminal without echo. What is typed goes nowhere but here; the keys that would stop or kill the program without
/// a chance to set the terminal right do nothing meanwhile.
class SilentTerminal {
public:
    SilentTerminal() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) throw system_error(errno, "cannot read the terminal's settings");
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
        silent.c_lflag |= ICANON | ISIG;
        silent.c_cc[VSUSP] = _POSIX_VDISABLE;
        silent.c_cc[VQUIT] = _POSIX_VDISABLE;
        if (::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0)
            throw system_error(errno, "cannot switch the terminal's echo off");
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;
    ~SilentTerminal() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }

private:
    termios before_{};
};

/// Reads pieces until `is_enough(text)` or the end, in memory that does not move.
template <class IsEnough>
Secret read_pieces(int interrupt, IsEnough is_enough) {
    std::array<char, 4096> piece;
    std::string text;
    text.reserve(secret_bytes_max + 2 + piece.size());
    const auto give_up = [&](const Error& error) {
        ::explicit_bzero(text.data(), text.size());
        return error;
    };
    while (text.size() <= secret_bytes_max + 1 && !is_enough(text)) {
        std::array<pollfd, 2> waiting{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{interrupt, POLLIN, 0}};
        if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR)
            throw give_up(system_error(errno, "cannot wait for standard input"));
        if (interrupt >= 0 && waiting[1].revents != 0) throw give_up(Error(Errc::cancelled, "interrupted"));
        if (waiting[0].revents == 0) continue;
        const ssize_t count = ::read(STDIN_FILENO, piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw give_up(system_error(errno, "cannot read standard input"));
        if (count == 0) break;
        text.append(piece.data(), static_cast<std::size_t>(count));
        ::explicit_bzero(piece.data(), piece.size());
    }
    return Secret(std::move(text));
}

Secret read_from_terminal(Out& out) {
    const int interrupt = interrupt_fd();
    const SilentTerminal silent;
    out.note("Enter secret value: ");
    struct LineEnd {
        Out& out;
        ~LineEnd() { out.note("\n"); }
    } const line_end{out};
    return read_pieces(interrupt, [](const std::string& text) { return text.ends_with('\n'); });
}

Secret without_line_break(const Secret& input) {
    std::string_view value = input.reveal();
    if (value.ends_with('\n')) value.remove_suffix(value.ends_with("\r\n") ? 2 : 1);
    std::string copy;
    copy.reserve(value.size() + sizeof(std::string));
    copy.append(value);
    return Secret(std::move(copy));
}

void check_value(std::string_view value, const std::string& name) {
    const auto refused = [&](const std::string& why, const std::string& hint) {
        return Error(Errc::invalid_argument, "the value of \"" + name + "\" " + why).with_hint(hint);
    };
    if (value.empty()) throw refused("is empty", "Pipe it in: printf %s \"$VALUE\" | murmur secret set " + name);
    if (value.size() > secret_bytes_max)
        throw refused("is longer than 64 KiB", "It becomes an environment variable, which is no place for files.");
    if (value.find('\0') != std::string_view::npos)
        throw refused("has a NUL byte",
                      "Environment variables cannot hold one; encode the value, in base64 for example.");
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t length = utf8_sequence_length(value.substr(at));
        if (length == 0) throw refused("is not UTF-8 text", "Encode it, in base64 for example.");
        at += length;
    }
}

/// A crash must not leave the value on the disk.
void forbid_core_file() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_CORE, &limit) != 0) throw system_error(errno, "cannot read the limit of core files");
    limit.rlim_cur = 0;
    if (::setrlimit(RLIMIT_CORE, &limit) != 0) throw system_error(errno, "cannot set the limit of core files");
}

}

Secret read_secret(const std::string& name, Out& out) {
    forbid_core_file();
    const bool is_terminal = ::isatty(STDIN_FILENO) != 0;
    const Secret input =
        is_terminal ? read_from_terminal(out) : read_pieces(-1, [](const std::string&) { return false; });
    Secret value = without_line_break(input);
    check_value(value.reveal(), name);
    return value;
}

}
