#include "sandbox.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "machine_environment.hpp"
#include "murmur/error.hpp"
#include "run_program.hpp"

namespace murmur::local {

namespace {

namespace fs = std::filesystem;

// Namespaces of processes, System V IPC and host name; the network stays shared, because agents need their service.
const std::vector<std::string> namespace_flags{"--unshare-pid", "--unshare-ipc", "--unshare-uts",
                                               "--cap-drop",    "ALL",           "--die-with-parent"};
const std::vector<std::string> system_view{"--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"};
constexpr std::chrono::seconds probe_wait_max{10};

std::string find_bwrap(const std::vector<std::string>& environment) {
    try {
        return find_program("bwrap", get_variable(environment, "PATH") + ":/usr/bin:/bin");
    } catch (const Error&) {
        throw Error(Errc::not_found, "isolation \"bubblewrap\" needs the program bwrap, which is not installed")
            .with_hint("Run `apt install bubblewrap`, or set plugins.local.isolation to \"none\".");
    }
}

bool path_exists(const fs::path& path) {
    std::error_code unreadable;
    return fs::exists(path, unreadable);
}

bool is_inside(const fs::path& path, const fs::path& directory) {
    return !directory.empty() && path != directory &&
           std::mismatch(directory.begin(), directory.end(), path.begin(), path.end()).first == directory.end();
}

class SandboxArguments {
public:
    explicit SandboxArguments(const std::vector<std::string>& environment) : environment_(environment) {}

    void add(const std::vector<std::string>& more) { arguments_.insert(arguments_.end(), more.begin(), more.end()); }

    void hide(const fs::path& path) {
        if (path.empty() || !path_exists(path)) return;
        add({"--tmpfs", path});
        hidden_.push_back(path);
    }

    void show_as_tmp(const fs::path& directory) {
        add({"--bind", directory, "/tmp"});
        hidden_.push_back("/tmp");
    }

    /// Shows a path again that lies in what was hidden.
    void reveal(const fs::path& path) {
        const auto hides = [&](const fs::path& hidden) { return is_inside(path, hidden); };
        if (path_exists(path) && std::any_of(hidden_.begin(), hidden_.end(), hides)) add({"--ro-bind", path, path});
    }

    /// The socket of murmurd and the one of the user's ssh agent, without which no push over ssh works.
    void reveal_sockets() {
        const std::string server = get_variable(environment_, "MURMUR_SERVER");
        if (server.starts_with("unix:")) reveal(fs::path(server.substr(5)).parent_path());
        reveal(get_variable(environment_, "MURMUR_RUNTIME_DIR"));
        reveal(get_variable(environment_, "SSH_AUTH_SOCK"));
    }

    /// The program and, for one in a bin directory, the libraries and plugins beside it.
    void reveal_program(const fs::path& file) {
        if (file.parent_path().filename() == "bin") reveal(file.parent_path().parent_path());
        reveal(file);
    }

    std::vector<std::string> take() { return std::move(arguments_); }

private:
    const std::vector<std::string>& environment_;
    std::vector<std::string> arguments_;
    std::vector<fs::path> hidden_;
};

}

ChildProgram wrap_in_sandbox(ChildProgram program, const Sandbox& sandbox) {
    if (::access(program.file.c_str(), X_OK) != 0) throw_report({ChildReport::Stage::exec, errno}, program);
    SandboxArguments arguments(program.environment);
    program.file = find_bwrap(program.environment);
    arguments.add({"bwrap"});
    arguments.add(namespace_flags);
    arguments.add(system_view);
    arguments.show_as_tmp(sandbox.machine / sandbox_tmp);
    arguments.hide(get_variable(program.environment, "XDG_RUNTIME_DIR"));
    arguments.hide(sandbox.hidden_state);
    arguments.reveal_sockets();
    arguments.reveal_program(program.argv.front());
    for (const std::string& path : sandbox.writable)
        if (path_exists(path)) arguments.add({"--bind", path, path});
    arguments.add({"--bind", sandbox.machine, sandbox.machine, "--chdir", sandbox.machine, "--"});
    std::vector<std::string> argv = arguments.take();
    argv.insert(argv.end(), program.argv.begin(), program.argv.end());
    program.argv = std::move(argv);
    return program;
}

void require_sandbox(const ChildProgram& program, const Call& call) {
    static std::atomic<bool> works{false};
    if (works) return;
    ChildProgram probe;
    probe.file = find_bwrap(program.environment);
    probe.argv = {"bwrap"};
    probe.argv.insert(probe.argv.end(), namespace_flags.begin(), namespace_flags.end());
    probe.argv.insert(probe.argv.end(), system_view.begin(), system_view.end());
    probe.argv.insert(probe.argv.end(), {"--", "/bin/true"});
    probe.environment = program.environment;
    probe.directory = program.directory;
    Call limited = call;
    limited.deadline = std::min(call.deadline, Call::Clock::now() + probe_wait_max);
    const ExecResult result = run_program(std::move(probe), limited);
    if (result.exit_code != 0) {
        const std::string said = result.standard_error.substr(0, result.standard_error.find('\n'));
        throw Error(Errc::failed_precondition, "bwrap cannot isolate machines here: " + said)
            .with_hint(
                "Allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1; in a container: more "
                "privileges), or set plugins.local.isolation to \"none\".");
    }
    works = true;
}

ProcessIdentity find_sandboxed_program(const ProcessIdentity& bwrap) {
    // bwrap forks once for the new namespaces, and that child, their init, forks the program as its first.
    std::vector<ProcessFacts> processes;
    visit_processes([&](const ProcessFacts& facts) { processes.push_back(facts); });
    const auto first_child = [&](const ProcessIdentity& parent) {
        ProcessIdentity first;
        for (const ProcessFacts& facts : processes) {
            if (facts.parent != parent.pid || facts.ended) continue;
            const bool earlier =
                std::pair(facts.identity.start_time, facts.identity.pid) < std::pair(first.start_time, first.pid);
            if (first.pid == 0 || earlier) first = facts.identity;
        }
        return first;
    };
    const ProcessIdentity init = bwrap.pid == 0 ? ProcessIdentity{} : first_child(bwrap);
    return init.pid == 0 ? ProcessIdentity{} : first_child(init);
}

}
