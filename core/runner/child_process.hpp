#pragma once

#include <sys/types.h>

#include <base/file.hpp>
#include <base/redactor.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <murmur/backend.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/line_splitter.hpp"
#include "runner/session_process.hpp"

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
    std::vector<pid_t> spared = {};  ///< processes that kill_tree() leaves alone, with all that came of them
    /// What is taken out of stderr_tail().
    std::shared_ptr<const Redactor> redactor = std::make_shared<const Redactor>();
};

/// A process in a session and process group of its own, its three streams being pipes.
class ChildProcess final : public SessionProcess {
public:
    /// Throws not_found naming a program that is not there, permission_denied for one that may not be run.
    explicit ChildProcess(const ProcessStart& start);
    ~ChildProcess() override;

    pid_t pid() const override { return pid_; }
    std::vector<pid_t> roots() const override { return {pid_}; }
    void write(std::string_view bytes) override;
    void close_input() override;
    void send_signal(int signal) override;
    void kill_tree() override;
    void watch(PollSet& set) const override;
    void handle(const PollSet& set, const OnLine& on_line) override;
    Time deadline() const override;
    bool finished() const override { return exit_ && !output_ && !error_; }
    ExitStatus status() const override { return exit_.value_or(ExitStatus{}); }
    const std::string& stderr_tail() const override { return stderr_tail_; }

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
    std::vector<pid_t> spared_;
    LineSplitter output_lines_;
    LineSplitter error_lines_;
    std::shared_ptr<const Redactor> redactor_;
    std::string stderr_tail_;
    std::optional<ExitStatus> exit_;
    std::chrono::steady_clock::time_point exited_at_;
};

/// The file of start.argv[0], by the PATH of start.environment. Throws not_found or permission_denied with the remedy.
std::string require_program(const ProcessStart& start);

/// The file that `program` names: itself when it has a slash (from `directory`), else the first in `path`. Empty if
/// none.
std::string find_program(const std::string& program, const std::string& path, const std::string& directory = {});

}
