#include "daemon/daemon.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <murmur/error.hpp>

#include "base/version.hpp"
#include "daemon/daemon_parts.hpp"
#include "daemon/ready_signal.hpp"
#include "secrets/key_service.hpp"

namespace murmur {

namespace {

void print_error(const Error& error) {
    std::fprintf(stderr, "murmurd: %s\n", error.message().c_str());
    for (const std::string& line : error.context()) std::fprintf(stderr, "  while %s\n", line.c_str());
    if (!error.hint().empty()) std::fprintf(stderr, "hint: %s\n", error.hint().c_str());
}

OperatorConfig load_config(const DaemonOptions& options) {
    if (!options.config.empty()) return load_operator_config(options.config);
    const auto found = find_operator_config();
    return found ? load_operator_config(*found) : OperatorConfig();
}

std::shared_ptr<Log> open_log(const OperatorConfig& config, const DaemonOptions& options) {
    LogOptions log;
    log.level = config.log_level;
    log.program = "murmurd";
    if (!options.foreground) log.file = config.state_dir / "murmurd.log";
    return make_log(log);
}

void reload(const DaemonOptions& options, Log& log) {
    log.reopen();
    try {
        log.set_level(load_config(options).log_level);
        log.log(LogLevel::info, "configuration read anew; all but the log level takes effect at the next start");
    } catch (...) {
        log.log(LogLevel::error, "configuration not taken over", {{"error", current_error().message()}});
    }
}

/// Waits for the signal to end, and does what else comes meanwhile.
void serve(DaemonParts& parts, const OperatorConfig& config, const DaemonOptions& options, Log& log,
           const sigset_t& signals) {
    for (;;) {
        const timespec interval{1, 0};
        siginfo_t info{};
        const int number =
            config.exit_when_idle ? ::sigtimedwait(&signals, &info, &interval) : ::sigwaitinfo(&signals, &info);
        if (number == SIGHUP) reload(options, log);
        if (number == SIGTERM || number == SIGINT) {
            log.log(LogLevel::info, "ending", {{"signal", std::to_string(number)}});
            return;
        }
        if (config.exit_when_idle && parts.is_idle_for(*config.exit_when_idle)) {
            log.log(LogLevel::info, "ending: nothing to do");
            return;
        }
    }
}

/// Runs the rest in a child of its own session; the parent returns when that serves, with the exit code for the shell.
/// Returns nothing in the child.
std::optional<int> go_to_background(DaemonOptions& options) {
    int pipe_ends[2];
    if (::pipe(pipe_ends) != 0) throw system_error(errno, "cannot make a pipe");
    const pid_t child = ::fork();
    if (child < 0) throw system_error(errno, "cannot fork");
    if (child == 0) {
        ::close(pipe_ends[0]);
        ::setsid();
        options.ready_fd = pipe_ends[1];
        return std::nullopt;
    }
    ::close(pipe_ends[1]);
    std::string told;
    char buffer[512];
    for (ssize_t count = 0; (count = ::read(pipe_ends[0], buffer, sizeof buffer)) > 0;)
        told.append(buffer, static_cast<std::size_t>(count));
    if (told == "ready\n") {
        std::printf("murmurd runs, pid %d\n", static_cast<int>(child));
        return 0;
    }
    if (told.starts_with("error: ")) told = "murmurd: " + told.substr(7);
    std::fputs(told.empty() ? "murmurd: ended before it served\n" : told.c_str(), stderr);
    return 1;
}

int list_plugins(const DaemonOptions& options) {
    OperatorConfig config = load_config(options);
    settle_directories(config, options);
    const auto log = make_log({LogLevel::error, std::nullopt, "murmurd"});
    return list_plugins_main(plugin_host_options(config, options, *log));
}

/// Nobody but root may look into this process, and it leaves no core: tenants' keys and secrets are in its memory.
void hide_memory() {
    if (::prctl(PR_SET_DUMPABLE, 0) != 0) throw system_error(errno, "cannot hide the memory of this process");
}

int add_secret_key(const DaemonOptions& options) {
    OperatorConfig config = load_config(options);
    settle_directories(config, options);
    const auto keys = open_key_file(config.secrets_key_file);
    add_key_to_file(config.secrets_key_file);
    std::printf("added %s to %s\n", keys->current_key().c_str(), config.secrets_key_file.c_str());
    return 0;
}

int run(const DaemonOptions& options) {
    ReadySignal starter(options.ready_fd);
    try {
        hide_memory();
        sigset_t signals;
        sigemptyset(&signals);
        for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
        ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread is made
        ::signal(SIGPIPE, SIG_IGN);
        OperatorConfig config = load_config(options);
        settle_directories(config, options);
        const auto log = open_log(config, options);
        try {
            DaemonParts parts(config, options, log);
            log->log(LogLevel::info, "serving",
                     {{"socket", parts.socket().string()},
                      {"tcp", parts.tcp_address()},
                      {"state_dir", config.state_dir.string()},
                      {"pid", std::to_string(::getpid())}});
            starter.ready();
            serve(parts, config, options, *log, signals);
            if (const auto count = parts.abandoned_calls(); count > 0) {
                // A thread that still runs a plugin's code would meet destroyed objects; what matters is on disk.
                log->log(LogLevel::warning, "ended with calls into plugins that hang",
                         {{"calls", std::to_string(count)}});
                ::_exit(0);
            }
        } catch (...) {
            log->log(LogLevel::error, "cannot serve", {{"error", current_error().message()}});
            throw;
        }
        log->log(LogLevel::info, "ended");
        return 0;
    } catch (...) {
        const Error error = current_error();
        starter.failed(error);
        print_error(error);
        return 1;
    }
}

}

int daemon_main(int argc, char** argv) {
    DaemonOptions options;
    try {
        options = parse_daemon_options(argc, argv);
    } catch (const Error& error) {
        print_error(error);
        return 2;
    }
    try {
        if (options.help) return std::fputs(daemon_usage(), stdout) < 0;
        if (options.version) return std::printf("murmurd %s (%s)\n", program_version(), program_commit()) < 0;
        if (!options.inspect_plugin.empty()) return inspect_plugin_main(options.inspect_plugin);
        if (options.list_plugins) return list_plugins(options);
        if (options.add_secret_key) return add_secret_key(options);
        if (!options.foreground && options.ready_fd < 0)
            if (const auto code = go_to_background(options)) return *code;
    } catch (...) {
        print_error(current_error());
        return 1;
    }
    return run(options);
}

}
