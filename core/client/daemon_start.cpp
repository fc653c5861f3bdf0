#include "client/daemon_start.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <murmur/error.hpp>
#include <vector>

#include "base/paths.hpp"
#include "client/http_exchange.hpp"

extern char** environ;

namespace murmur {

namespace {

namespace fs = std::filesystem;

constexpr int ready_fd_of_child = 3;

/// The daemon's actions and attributes for posix_spawn.
struct SpawnSetup {
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
    SpawnSetup() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
    }
    SpawnSetup(const SpawnSetup&) = delete;
    SpawnSetup& operator=(const SpawnSetup&) = delete;
    ~SpawnSetup() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
};

/// Whoever can write there could put a socket of their own in place of murmurd's.
void check_runtime_dir(const fs::path& dir) {
    struct stat status {};
    if (::lstat(dir.c_str(), &status) != 0) return;  // nothing there yet: it is made when murmurd starts
    if (!S_ISDIR(status.st_mode) || status.st_uid != ::getuid())
        throw Error(Errc::permission_denied, "\"" + dir.string() + "\" is not a directory of user " + user_name())
            .with_hint("Remove it, or set MURMUR_RUNTIME_DIR to a directory of your own.");
    if ((status.st_mode & 022) != 0)
        throw Error(Errc::permission_denied, "others may write to \"" + dir.string() + "\"")
            .with_hint("Run chmod 700 " + dir.string() + ".");
}

Fd lock_start(const fs::path& file) {
    Fd lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock) throw system_error(errno, "cannot open \"" + file.string() + "\"");
    while (::flock(lock.get(), LOCK_EX) != 0)  // its holder waits for murmurd, no longer than its patience
        if (errno != EINTR) throw system_error(errno, "cannot lock \"" + file.string() + "\"");
    return lock;
}

void prepare_spawn(SpawnSetup& setup, int ready_fd, const fs::path& log) {
    ::posix_spawn_file_actions_addopen(&setup.actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&setup.actions, ready_fd, ready_fd_of_child);
    ::posix_spawn_file_actions_addopen(&setup.actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::posix_spawn_file_actions_adddup2(&setup.actions, 1, 2);
    // What this program was given by its own parent is none of the daemon's business.
    ::posix_spawn_file_actions_addclosefrom_np(&setup.actions, ready_fd_of_child + 1);
    ::posix_spawn_file_actions_addchdir_np(&setup.actions, "/");
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&setup.attributes, &none);
    ::posix_spawnattr_setsigdefault(&setup.attributes, &all);
    ::posix_spawnattr_setflags(&setup.attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

pid_t spawn_daemon(const fs::path& program, const fs::path& runtime, int ready_fd, const fs::path& log) {
    std::vector<std::string> words = {program.string(), "--runtime-dir", runtime.string(), "--ready-fd",
                                      std::to_string(ready_fd_of_child)};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    SpawnSetup setup;
    prepare_spawn(setup, ready_fd, log);
    pid_t pid = 0;
    const int failed = ::posix_spawn(&pid, program.c_str(), &setup.actions, &setup.attributes, argv.data(), environ);
    if (failed != 0) throw system_error(failed, "cannot start \"" + program.string() + "\"");
    return pid;
}

/// What murmurd writes to its ready pipe: up to the end of the first line that ends its word, or until it closes the
/// pipe.
std::string read_ready_word(const Fd& pipe, std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::string text;
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd waiting{pipe.get(), POLLIN, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return "timeout\n";
        std::array<char, 4096> chunk;
        const ssize_t count = ::read(pipe.get(), chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return text;
        text.append(chunk.data(), static_cast<std::size_t>(count));
        if (text.starts_with("ready\n")) return text;
    }
}

std::string line_after(const std::string& text, const std::string& key) {
    const std::size_t at = text.find(key);
    if (at == std::string::npos) return {};
    const std::size_t from = at + key.size();
    return text.substr(from, text.find('\n', from) - from);
}

Error start_failure(const std::string& word, pid_t pid, const fs::path& log) {
    const std::string see_log = "The log is " + log.string() + ".";
    if (word == "timeout\n")
        return Error(Errc::unavailable, "murmurd (process " + std::to_string(pid) + ") does not become ready")
            .with_hint(see_log);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (word.starts_with("error: ")) {
        const std::string hint = line_after(word, "\nhint: ");
        return Error(Errc::unavailable, line_after(word, "error: "))
            .with_hint(hint.empty() ? see_log : hint)
            .in("starting murmurd");
    }
    const std::string how = WIFSIGNALED(status) ? "by signal " + std::to_string(WTERMSIG(status))
                                                : "with exit status " + std::to_string(WEXITSTATUS(status));
    return Error(Errc::unavailable, "murmurd ended " + how + " before it was ready").with_hint(see_log);
}

}

fs::path find_murmurd() {
    if (const char* chosen = std::getenv("MURMURD"); chosen && *chosen) {
        if (::access(chosen, X_OK) == 0) return chosen;
        throw Error(Errc::not_found, std::string("MURMURD names \"") + chosen + "\", which is not a program")
            .with_hint("Unset MURMURD, or set it to the path of murmurd.");
    }
    const fs::path beside = executable_dir() / "murmurd";
    if (::access(beside.c_str(), X_OK) == 0) return beside;
    throw Error(Errc::not_found, "there is no murmurd beside this program, at \"" + beside.string() + "\"")
        .with_hint("Install both into one folder, or set MURMURD to the path of murmurd.");
}

Fd connect_if_running(const ServerAddress& address) {
    check_runtime_dir(fs::path(address.path).parent_path());
    if (auto socket = try_connect(address)) return std::move(*socket);
    throw Error(Errc::unavailable, "murmurd is not running (nothing answers at " + address.text() + ")")
        .with_hint("Any command that needs it starts it, for example murmur ls.");
}

Fd connect_or_start(const ServerAddress& address, std::chrono::milliseconds patience) {
    const fs::path runtime = fs::path(address.path).parent_path();
    check_runtime_dir(runtime);
    if (auto socket = try_connect(address)) return std::move(*socket);

    const fs::path program = find_murmurd();
    const fs::path state = state_dir();
    make_private_dir(runtime);
    make_private_dir(state);
    const Fd lock = lock_start(runtime / "start.lock");
    if (auto socket = try_connect(address)) return std::move(*socket);  // someone else was quicker

    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error(errno, "cannot make a pipe");
    const Fd read_end(ends[0]);
    Fd write_end(ends[1]);
    const fs::path log = state / "murmurd.log";
    const pid_t pid = spawn_daemon(program, runtime, write_end.get(), log);
    write_end.reset();
    const std::string word = read_ready_word(read_end, patience);
    if (!word.starts_with("ready\n")) throw start_failure(word, pid, log);
    if (auto socket = try_connect(address)) return std::move(*socket);
    throw Error(Errc::unavailable, "murmurd started, but does not listen at " + address.text())
        .with_hint("Its murmurd.yaml may set another runtime_dir; set MURMUR_RUNTIME_DIR to the same. The log is " +
                   log.string() + ".");
}

}
