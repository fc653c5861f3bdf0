#include "runner/process_tree.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <base/file.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <murmur/error.hpp>

namespace murmur::runner {

namespace {

struct ProcessFacts {
    pid_t parent = 0;
    pid_t session = 0;
};

/// Reads parent and session from /proc/<pid>/stat; the name in brackets may hold anything, so it is skipped from
/// behind.
bool read_process_facts(const char* pid, ProcessFacts& out) {
    char path[64], text[512];
    std::snprintf(path, sizeof path, "/proc/%s/stat", pid);
    Fd file(open(path, O_RDONLY | O_CLOEXEC));
    if (!file) return false;
    const ssize_t size = read(file.get(), text, sizeof text - 1);
    if (size <= 0) return false;
    text[size] = '\0';
    const char* rest = std::strrchr(text, ')');
    char state;
    int parent, group, session;
    if (!rest || std::sscanf(rest + 1, " %c %d %d %d", &state, &parent, &group, &session) != 4) return false;
    out = {parent, session};
    return true;
}

std::map<pid_t, ProcessFacts> all_processes() {
    std::map<pid_t, ProcessFacts> out;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", failed)) {
        const std::string name = entry.path().filename();
        ProcessFacts facts;
        if (name.find_first_not_of("0123456789") == std::string::npos && read_process_facts(name.c_str(), facts))
            out[std::atoi(name.c_str())] = facts;
    }
    return out;
}

/// Waits for the end of the process, which need not be our child.
void wait_for_end(pid_t pid, std::chrono::steady_clock::time_point deadline) {
    Fd handle(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!handle) return;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd wait_for{handle.get(), POLLIN, 0};
    poll(&wait_for, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
}

/// Whether this process has no child at all. Its orphaned descendants are its children, so then it has none of them
/// either: an exact answer without a look at every process of the machine.
bool has_no_child() {
    siginfo_t info{};
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 && errno == ECHILD;
}

}

void become_subreaper() {
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) throw system_error(errno, "becoming the reaper of orphaned processes");
}

std::vector<pid_t> foreign_descendants(const std::vector<pid_t>& spared) {
    const auto processes = all_processes();
    const pid_t self = getpid(), own_session = getsid(0);
    const auto is_spared = [&](pid_t pid) { return std::find(spared.begin(), spared.end(), pid) != spared.end(); };
    std::vector<pid_t> out;
    for (const auto& [pid, facts] : processes) {
        if (facts.session == own_session) continue;
        pid_t up = is_spared(pid) ? 0 : facts.parent;
        for (std::size_t steps = 0; up > 1 && up != self && !is_spared(up) && steps < processes.size(); ++steps) {
            const auto found = processes.find(up);
            up = found == processes.end() ? 0 : found->second.parent;
        }
        if (up == self) out.push_back(pid);
    }
    return out;
}

bool kill_foreign_descendants(std::chrono::steady_clock::time_point deadline, pid_t kept,
                              const std::vector<pid_t>& spared) {
    // Round by round: what is killed may have just forked, and its child then becomes ours.
    for (;;) {
        if (has_no_child()) return true;
        std::vector<pid_t> left = foreign_descendants(spared);
        std::erase(left, kept);
        if (left.empty()) return true;
        for (const pid_t pid : left) kill(pid, SIGKILL);
        for (const pid_t pid : left) {
            wait_for_end(pid, deadline);
            waitpid(pid, nullptr, WNOHANG);  // only ours can be taken away; the others' parents die in this round, too
        }
        if (std::chrono::steady_clock::now() >= deadline) return false;
    }
}

}
