#pragma once

#include <sys/types.h>

#include <base/file.hpp>
#include <map>
#include <string>
#include <vector>

namespace murmur::git {

/// A helper program with its standard input and output as pipes and its stderr kept. Used by one thread.
///
/// Stays in the process group and session of the caller, so that signals meant for the whole reach it.
class ExecProcess {
public:
    /// Throws not_found when there is no such program.
    ExecProcess(const std::vector<std::string>& argv, const std::map<std::string, std::string>& environment);
    ~ExecProcess();
    ExecProcess(const ExecProcess&) = delete;
    ExecProcess& operator=(const ExecProcess&) = delete;

    /// 0 at the end of its output.
    std::size_t read(char* buffer, std::size_t size);
    /// False when the program no longer reads.
    bool write(const char* data, std::size_t size);
    /// It reads the end of its input then.
    void close_input() { input_.reset(); }
    /// Closes its input, waits for its end (a program that stays is killed) and returns the exit code, 128 + signal.
    int finish();
    /// Kills it: whoever reads from it is at its end then. Safe from another thread until finish().
    void cut_short();
    /// The last 4 KiB of what it wrote to stderr.
    std::string standard_error() const;

private:
    pid_t pid_ = -1;
    int exit_code_ = -1;
    Fd input_;
    Fd output_;
    Fd error_;
};

}
