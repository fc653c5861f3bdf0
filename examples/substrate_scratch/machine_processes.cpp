#include "machine_processes.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <fstream>
#include <iterator>
#include <murmur/error.hpp>

namespace scratch {

namespace {

namespace fs = std::filesystem;

/// The number under which the machine's processes hold the lock.
constexpr int lock_number = 3;

/// Empty when the process is gone or belongs to somebody else.
std::string read_process_file(pid_t process, const char* name) {
    std::ifstream file("/proc/" + std::to_string(process) + "/" + name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

char state_of(pid_t process) {
    const std::string stat = read_process_file(process, "stat");
    const std::size_t name_end = stat.rfind(") ");  // the name may have blanks and parentheses in it
    return name_end == std::string::npos || name_end + 2 >= stat.size() ? 'X' : stat[name_end + 2];
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// Kills a process and waits for its end.
void kill_and_wait(pid_t process, const murmur::Call& call) {
    const File handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (!handle) return;  // it is gone
    ::kill(process, SIGKILL);
    const auto wait = std::min<std::int64_t>(call.remaining().count(), INT_MAX);
    pollfd ended{handle.get(), POLLIN, 0};
    if (::poll(&ended, 1, static_cast<int>(wait)) == 0) call.check();
}

}

File::~File() {
    if (number_ >= 0) ::close(number_);
}

void launch(const std::vector<std::string>& argv, const std::map<std::string, std::string>& environment,
            const fs::path& directory, const std::string& life, const File& lock) {
    // setsid --fork leaves the runner to init, so that nobody has to wait for it.
    std::vector<std::string> arguments{
        "setsid", "--fork", "/bin/sh", "-c", "echo \"$0\" >started && exec \"$@\" </dev/null >>runner.log 2>&1", life};
    arguments.insert(arguments.end(), argv.begin(), argv.end());
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
    ::posix_spawn_file_actions_adddup2(&actions, lock.get(), lock_number);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, lock_number + 1);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none, all;  // the host may block or ignore signals that the runner needs
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, "setsid", &actions, &attributes, pointers_to(arguments).data(),
                                     pointers_to(variables).data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw murmur::system_error(error, "cannot start the runner in \"" + directory.string() + "\"");

    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (status != 0)
        throw murmur::Error(murmur::Errc::unavailable,
                            "the runner could not be started in \"" + directory.string() + "\"");
}

std::vector<pid_t> find_processes(const fs::path& directory) {
    const std::string wanted = std::string(machine_variable) + "=" + directory.string() + '\0';
    std::vector<pid_t> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string name = entry.path().filename().string();
        pid_t process = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), process).ptr != name.data() + name.size()) continue;
        if (read_process_file(process, "environ").find(wanted) != std::string::npos) found.push_back(process);
    }
    return found;
}

bool is_stopped(const std::vector<pid_t>& processes) {
    return !processes.empty() &&
           std::all_of(processes.begin(), processes.end(), [](pid_t process) { return state_of(process) == 'T'; });
}

void stop_all(const fs::path& directory, const murmur::Call& call) {
    for (auto processes = find_processes(directory); !processes.empty() && !is_stopped(processes);
         processes = find_processes(directory)) {
        call.check();
        for (const pid_t process : processes) ::kill(process, SIGSTOP);
    }
}

void kill_all(const fs::path& directory, const murmur::Call& call) {
    for (auto processes = find_processes(directory); !processes.empty(); processes = find_processes(directory)) {
        call.check();
        for (const pid_t process : processes) kill_and_wait(process, call);
    }
}

void continue_all(const fs::path& directory) {
    for (const pid_t process : find_processes(directory)) ::kill(process, SIGCONT);
}

}
