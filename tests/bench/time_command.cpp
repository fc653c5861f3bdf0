// Times commands against each other: `time_command RUNS --title NAME PROGRAM ARGUMENT... --title NAME PROGRAM ...`.
//
// They take turns (A B C A B C …), so that a change in the machine's mood meets all of them. Wall time from just before
// the fork to the end of the process, output to /dev/null. Printed: median, minimum, maximum, and the ratio of each
// median to that of the first. A command that fails ends the measurement with an error.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

extern char** environ;

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

/// More would keep a machine busy for minutes without telling more.
constexpr long runs_max = 100'000;

struct TimedCommand {
    std::string title;
    std::vector<char*> arguments;    ///< of main's argv, which lives as long as the program; ends with nullptr
    std::vector<double> times = {};  ///< milliseconds
};

[[noreturn]] void fail(const TimedCommand& command, const std::string& what) {
    throw std::runtime_error("\"" + command.title + "\" " + what);
}

/// One run, to its end.
Milliseconds run_once(const TimedCommand& command, posix_spawn_file_actions_t* silence) {
    const auto began = std::chrono::steady_clock::now();
    pid_t child = 0;
    const int error =
        posix_spawnp(&child, command.arguments.front(), silence, nullptr, command.arguments.data(), environ);
    if (error != 0) fail(command, std::string("cannot be started: ") + std::strerror(error));
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) fail(command, std::string("cannot be waited for: ") + std::strerror(errno));
    const Milliseconds took = std::chrono::steady_clock::now() - began;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail(command, "failed with status " + std::to_string(status));
    return took;
}

std::vector<TimedCommand> parse_commands(int argc, char** argv) {
    std::vector<TimedCommand> commands;
    for (int i = 2; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--title" && i + 1 < argc)
            commands.push_back({argv[++i], {}});
        else if (!commands.empty())
            commands.back().arguments.push_back(argv[i]);
    }
    for (TimedCommand& command : commands) {
        if (command.arguments.empty()) fail(command, "has no program");
        command.arguments.push_back(nullptr);
    }
    if (commands.empty()) throw std::runtime_error("usage: time_command RUNS --title NAME PROGRAM [ARGUMENT]... ...");
    return commands;
}

void print(std::vector<TimedCommand>& commands) {
    std::printf("%-44s %10s %10s %10s %8s\n", "", "median ms", "min", "max", "ratio");
    double first_median = 0;
    for (TimedCommand& command : commands) {
        std::sort(command.times.begin(), command.times.end());
        const double median = command.times[command.times.size() / 2];
        if (first_median == 0) first_median = median;
        std::printf("%-44s %10.3f %10.3f %10.3f %8.2f\n", command.title.c_str(), median, command.times.front(),
                    command.times.back(), median / first_median);
    }
}

void measure(int argc, char** argv) {
    std::vector<TimedCommand> commands = parse_commands(argc, argv);
    const long runs = std::strtol(argv[1], nullptr, 10);
    if (runs < 1 || runs > runs_max)
        throw std::runtime_error("RUNS must be a number from 1 to " + std::to_string(runs_max));

    posix_spawn_file_actions_t silence;
    posix_spawn_file_actions_init(&silence);
    posix_spawn_file_actions_addopen(&silence, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&silence, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&silence, STDOUT_FILENO, STDERR_FILENO);
    for (const TimedCommand& command : commands) run_once(command, &silence);  // fills the page cache
    for (long run = 0; run < runs; ++run)
        for (TimedCommand& command : commands) command.times.push_back(run_once(command, &silence).count());
    posix_spawn_file_actions_destroy(&silence);
    print(commands);
}

}

int main(int argc, char** argv) {
    try {
        measure(argc, argv);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "time_command: %s\n", error.what());
        return 1;
    }
}
