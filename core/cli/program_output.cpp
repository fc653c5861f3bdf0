#include "cli/program_output.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <murmur/error.hpp>

#include "base/file.hpp"

extern char** environ;

namespace murmur {

namespace {

pid_t spawn_with_output(const std::vector<std::string>& argv, int output_fd) {
    std::vector<std::string> words = argv;
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output_fd, 1);
    pid_t pid = 0;
    const int failed = ::posix_spawnp(&pid, pointers[0], &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw system_error(failed, "cannot run \"" + argv[0] + "\"");
    return pid;
}

}

ProgramOutput run_program(const std::vector<std::string>& argv) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error(errno, "cannot make a pipe");
    const Fd read_end(ends[0]);
    Fd write_end(ends[1]);
    const pid_t pid = spawn_with_output(argv, write_end.get());
    write_end.reset();
    ProgramOutput result;
    std::array<char, 65536> chunk;
    for (;;) {
        const ssize_t count = ::read(read_end.get(), chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        result.output.append(chunk.data(), static_cast<std::size_t>(count));
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    result.exit_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return result;
}

}
