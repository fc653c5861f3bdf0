#pragma once

#include <sys/types.h>

#include <base/file.hpp>
#include <base/redactor.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <murmur/backend.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/line_splitter.hpp"
#include "runner/poll_set.hpp"

namespace murmur::runner {

struct ProcessStart {
    std::vector<std::string> argv;  ///< argv[0] is looked up in `environment`'s PATH unless it has a slash
    std::map<std::string, std::string> environment;  ///< the whole of it
    std::string working_directory;
    /// The first bytes of its standard input: as many as fit into the pipe are in it before the program begins, so that
    /// it gets them even if the runner dies at that moment.
    std::string input = {};
    bool close_input = false;  ///< after that
    /// Appended to the descriptor `journal` in the child, as the last thing before it becomes the program, and taken
    /// back when it cannot.
    std::string journal_entry = {};
    int journal = -1;
    pid_t spared = -1;  ///< a process that kill_tree() leaves alone, with all that came of it
    /// What is taken out of stderr_tail().
    std::shared_ptr<const Redactor> redactor = std::make_shared<const Redactor>();
};

/// A process in a session and process group of its own, its three streams being pipes. Used by one thread.
///
/// Destroying it kills it and everything that came of it.
class ChildProcess {
public:
    using OnLine = std::function<void(OutputStream, std::string_view line)>;

    /// Throws not_found naming a program that is not there, permission_denied for one that may not be run.
    explicit ChildProcess(const ProcessStart& start);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t pid() const { return pid_; }
    /// Queues bytes for its standard input. What it does not read is dropped at its end.
    void write(std::string_view bytes);
    /// Closes its standard input after what is queued.
    void close_input();
    /// To its process group.
    void send_signal(int signal);
    /// SIGKILL to every descendant of the runner but the spared ones: what leaves its parent cannot be told apart.
    void kill_tree();

    /// Takes part in a wait, and carries out what became possible. Lines come in the order they were written, per
    /// stream.
    void watch(PollSet& set) const;
    void handle(const PollSet& set, const OnLine& on_line);
    /// When handle() must be called even if nothing became ready.
    std::chrono::steady_clock::time_point deadline() const;

    /// It is gone, so is everything it left behind, and both streams are at their end.
    bool finished() const { return exit_ && !output_ && !error_; }
    /// Of a finished one.
    ExitStatus status() const { return exit_.value_or(ExitStatus{}); }
    /// The last 8 KiB of its stderr, whole lines where possible, without secret values.
    const std::string& stderr_tail() const { return stderr_tail_; }

private:
    void write_queued();
    void read_stream(Fd& stream, OutputStream kind, LineSplitter& lines, const OnLine& on_line);
    void keep_stderr(std::string_view line);
    void take_exit();

    pid_t pid_ = -1;
    Fd handle_;
    Fd input_;
    Fd output_;
    Fd error_;
    std::string queued_;
    bool close_after_queued_ = false;
    pid_t spared_ = -1;
    LineSplitter output_lines_;
    LineSplitter error_lines_;
    std::shared_ptr<const Redactor> redactor_;
    std::string stderr_tail_;
    std::optional<ExitStatus> exit_;
    std::chrono::steady_clock::time_point exited_at_;
};

/// The file that `program` names: itself when it has a slash (from `directory`), else the first in `path`. Empty if
/// none.
std::string find_program(const std::string& program, const std::string& path, const std::string& directory = {});

}
