#include "runner/terminal_process.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <base/machine_layout.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace murmur::runner {

namespace {

using SteadyClock = std::chrono::steady_clock;

// Of the first window, until a person attaches one of another size.
constexpr const char* terminal_columns = "200";
constexpr const char* terminal_rows = "50";
constexpr std::size_t socket_path_max = 107;     // of the system
constexpr const char* control_pipe = "control";  // in the machine's directory
constexpr const char* pane = "%0";

/// The socket as tmux is told of it: from the program's directory when its whole name is too long.
std::string socket_argument(const std::filesystem::path& machine, const std::filesystem::path& directory) {
    const std::filesystem::path whole = machine / machine_terminal_socket;
    if (whole.native().size() <= socket_path_max) return whole;
    const std::filesystem::path relative = whole.lexically_relative(directory);
    if (!relative.empty() && relative.native().size() <= socket_path_max) return relative;
    throw Error(Errc::failed_precondition,
                "the directory \"" + machine.string() + "\" has too long a name for a socket")
        .with_hint("Use a shorter state directory for murmurd.");
}

/// The command that puts the program into the pane. A single word would be run by a shell.
std::string respawn_line(const ProcessStart& start, const std::string& file) {
    std::string line = std::string("respawn-pane -k -t ") + pane + " --";
    if (start.argv.size() < 2) line += " env";
    for (std::size_t i = 0; i < start.argv.size(); ++i) {
        std::string word = i == 0 ? file : start.argv[i];
        // At its end it would part two commands.
        if (word.ends_with(';')) word.insert(word.size() - 1, "\\");
        line += " " + tmux_word(word);
    }
    return line;
}

std::string require_tmux(const std::map<std::string, std::string>& environment) {
    const auto path = environment.find("PATH");
    std::string tmux = find_program("tmux", path == environment.end() ? "" : path->second);
    if (!tmux.empty()) return tmux;
    throw Error(Errc::failed_precondition,
                "an interactive session needs the program tmux, which is not installed on the agent's machine")
        .with_hint("Install the package tmux there (Debian: apt install tmux), or spawn the agent without -i.");
}

}

TerminalProcess::TerminalProcess(const ProcessStart& start, const std::filesystem::path& machine_directory,
                                 bool awaits_prompt, TerminalTimes times)
    : times_(times), awaits_prompt_(awaits_prompt) {
    const std::string tmux = require_tmux(start.environment);
    const std::string file = require_program(start);
    std::error_code none_there;
    std::filesystem::remove(machine_directory / machine_terminal_socket, none_there);
    const std::filesystem::path control = machine_directory / control_pipe;
    control_.emplace(control);
    ProcessStart client{.argv = {tmux, "-u", "-C", "-S", socket_argument(machine_directory, start.working_directory),
                                 "-f", "/dev/null", "new-session", "-s", machine_terminal_session, "-x",
                                 terminal_columns, "-y", terminal_rows, "--", "sleep", "infinity"},
                        .environment = start.environment,
                        .working_directory = start.working_directory,
                        .journal_entry = start.journal_entry,
                        .journal = start.journal,
                        .spared = start.spared,
                        .redactor = start.redactor};
    client.environment["MURMUR_CONTROL"] = control;
    const std::pair<std::string, Asked> commands[] = {
        {"set-option -s escape-time 50", Asked::nothing},
        {"set-option -g update-environment \"\"", Asked::nothing},
        {std::string("set-option -p -t ") + pane + " remain-on-exit on", Asked::nothing},
        {std::string("set-option -q -p -t ") + pane + " remain-on-exit-format \"\"", Asked::nothing},
        // Of a pane without a pipe, tmux 3.3 reads no more once its program has ended: its last words would be lost.
        {std::string("pipe-pane -t ") + pane + " \"exec cat >/dev/null\"", Asked::nothing},
        // Whoever slept may be far behind without being lost.
        {"refresh-client -f pause-after=60", Asked::nothing},
        {respawn_line(start, file), Asked::nothing},
        {std::string("display-message -p -t ") + pane + " \"#{pane_pid} #{pid}\"", Asked::pids}};
    for (const auto& [line, asked] : commands) {
        client.input += line + "\n";
        asked_.push_back(asked);
    }
    client_ = std::make_unique<ChildProcess>(client);
}

std::vector<pid_t> TerminalProcess::roots() const {
    std::vector<pid_t> out{client_->pid()};
    if (server_pid_ > 0) out.push_back(server_pid_);
    return out;
}

void TerminalProcess::command(const std::string& line, Asked asked) {
    asked_.push_back(asked);
    client_->write(line + "\n");
}

void TerminalProcess::write(std::string_view bytes) {
    to_paste_.emplace_back(bytes);
    paste_next();
}

void TerminalProcess::send_signal(int signal) {
    if (ended_) return;
    if (program_pid_ > 0)
        kill(-program_pid_, signal);
    else
        client_->send_signal(signal);
}

void TerminalProcess::press_keys(const std::vector<std::string>& keys) {
    if (program_pid_ == 0 || ended_ || keys.empty()) return;
    std::string line = std::string("send-keys -t ") + pane;
    for (const std::string& key : keys) line += " " + tmux_word(key);
    command(line);
}

/// What was pasted is sent before the next is pasted.
void TerminalProcess::paste_next() {
    while (program_pid_ > 0 && !ended_ && enter_at_ == Time::max() && !to_paste_.empty()) {
        const std::string text = paste_text(to_paste_.front(), paste_mode_.is_bracketed());
        to_paste_.pop_front();
        if (text.empty()) continue;
        command("set-buffer -b murmur -- " + tmux_word(text));
        command(std::string("paste-buffer -d -p -b murmur -t ") + pane);
        enter_at_ = SteadyClock::now() + times_.enter;
    }
}

void TerminalProcess::press_enter() {
    enter_at_ = Time::max();
    press_keys({"Enter"});
    paste_next();
}

void TerminalProcess::watch(PollSet& set) const {
    client_->watch(set);
    set.add(control_->descriptor(), POLLIN);
    if (program_ && !ended_) set.add(program_.get(), POLLIN);
}

SessionProcess::Time TerminalProcess::picture_time() const {
    if (picture_asked_ || program_pid_ == 0 || last_picture_done_) return Time::max();
    const Time at_rest = unseen_since_ ? last_output_ + times_.settle : Time::min();
    if (!held_.empty()) return std::min(std::max(held_since_ + times_.drain, at_rest), held_since_ + times_.hold);
    if (!unseen_since_) return Time::max();
    const Time next = last_picture_ == Time::min() ? Time::min() : last_picture_ + times_.gap;
    return std::max(std::min(at_rest, *unseen_since_ + times_.busy), next);
}

SessionProcess::Time TerminalProcess::deadline() const {
    return std::min({client_->deadline(), picture_time(), enter_at_, prompt_deadline_, ask_exit_at_});
}

bool TerminalProcess::is_at_rest() const {
    return !unseen_since_ && !picture_asked_ && held_.empty() && to_paste_.empty() && enter_at_ == Time::max();
}

void TerminalProcess::handle(const PollSet& set, const OnLine& on_line) {
    client_->handle(set, [&](OutputStream stream, std::string_view line) {
        if (stream != OutputStream::standard_output) return on_line(stream, line);
        if (const auto note = reader_.read(line)) on_note(*note, on_line);
    });
    if (set.ready(control_->descriptor())) read_control();
    const auto now = SteadyClock::now();
    if (program_ && !ended_ && set.ready(program_.get())) on_program_end();
    if (client_->finished()) {
        read_control();  // said last of all
        return pass_control(on_line);
    }
    if (now >= enter_at_) press_enter();
    if (now >= prompt_deadline_) {
        prompt_deadline_ = Time::max();
        prompt_seen_ = true;
    }
    if (now >= ask_exit_at_) {
        ask_exit_at_ = Time::max();
        command(std::string("display-message -p -t ") + pane + " \"#{pane_dead_status} #{pane_dead_signal}\"",
                Asked::exit);
    }
    if (now >= picture_time()) ask_picture();
}

void TerminalProcess::on_note(const ControlNote& note, const OnLine& on_line) {
    using Kind = ControlNote::Kind;
    switch (note.kind) {
        case Kind::output: return on_output(note.text);
        case Kind::paused: return command("refresh-client -A " + tmux_word(note.text + ":continue"));
        case Kind::attached: people_.insert(note.text); return;
        case Kind::detached: people_.erase(note.text); return;
        case Kind::reply:
        case Kind::refusal: break;
    }
    const Asked asked = asked_.empty() ? Asked::nothing : asked_.front();
    if (!asked_.empty()) asked_.pop_front();
    on_reply(asked, note, on_line);
}

void TerminalProcess::on_reply(Asked asked, const ControlNote& note, const OnLine& on_line) {
    if (note.kind == ControlNote::Kind::refusal) {
        on_line(OutputStream::standard_error, "tmux: " + note.text);
        // Without its pane, or a word about it, nothing is left to wait for.
        if (asked != Asked::nothing) client_->send_signal(SIGTERM);
        return;
    }
    const std::string first = note.lines.empty() ? "" : note.lines.front();
    switch (asked) {
        case Asked::pids: return on_pids(first);
        case Asked::picture: return on_picture(note.lines, on_line);
        case Asked::exit: return on_exit_reply(first);
        case Asked::nothing: return;
    }
}

void TerminalProcess::on_output(std::string_view bytes) {
    const auto now = SteadyClock::now();
    last_output_ = now;
    if (!unseen_since_) unseen_since_ = now;
    paste_mode_.feed(bytes);
    if (enter_at_ != Time::max()) press_enter();  // it has seen what was pasted
}

void TerminalProcess::on_pids(const std::string& line) {
    int program = 0, server = 0;
    if (std::sscanf(line.c_str(), "%d %d", &program, &server) != 2 || program <= 0) {
        client_->send_signal(SIGTERM);
        return;
    }
    program_pid_ = program;
    server_pid_ = server;
    program_ = Fd(static_cast<int>(syscall(SYS_pidfd_open, program_pid_, 0)));
    if (!program_) on_program_end();
    prompt_deadline_ = SteadyClock::now() + times_.prompt;
    paste_next();
}

/// tmux still has to be asked how.
void TerminalProcess::on_program_end() {
    ended_ = true;
    exit_polls_left_ = times_.exit_polls;
    ask_exit_at_ = SteadyClock::now();
}

void TerminalProcess::on_exit_reply(const std::string& line) {
    int number = 0;
    if (std::sscanf(line.c_str(), "%d", &number) == 1) {
        exit_ = line.front() == ' ' ? ExitStatus{0, number} : ExitStatus{number, 0};
    } else if (--exit_polls_left_ > 0) {
        // tmux 3.3 may miss the signal of a program that ends soon after it was put in another's place.
        if (server_pid_ > 0) ::kill(server_pid_, SIGCHLD);
        ask_exit_at_ = SteadyClock::now() + times_.exit_poll;
        return;
    }
    // One more look at what it said last.
    last_picture_done_ = true;
    ask_picture();
    command("kill-server");
}

void TerminalProcess::ask_picture() {
    picture_asked_ = true;
    unseen_since_.reset();
    command(std::string("capture-pane -p -J -S - -t ") + pane, Asked::picture);
}

void TerminalProcess::on_picture(const std::vector<std::string>& lines, const OnLine& on_line) {
    picture_asked_ = false;
    last_picture_ = SteadyClock::now();
    for (const std::string& line : screen_.update(lines)) on_line(OutputStream::standard_output, line);
    prompt_seen_ = true;
    if (last_picture_done_ || !unseen_since_ || (!held_.empty() && last_picture_ >= held_since_ + times_.hold))
        pass_control(on_line);
}

void TerminalProcess::read_control() {
    control_->read([this](std::string_view line) {
        if (held_.empty()) held_since_ = SteadyClock::now();
        held_.emplace_back(line);
    });
}

void TerminalProcess::pass_control(const OnLine& on_line) {
    while (!held_.empty()) {
        const std::string line = std::move(held_.front());
        held_.pop_front();
        on_line(OutputStream::control, line);
    }
}

ExitStatus TerminalProcess::status() const {
    if (exit_) return *exit_;
    // Its window was closed, which a terminal tells by this signal.
    return client_->status().success() ? ExitStatus{0, SIGHUP} : client_->status();
}

}
