#include "runner/runner_main.hpp"

#include <malloc.h>
#include <string.h>
#include <unistd.h>

#include <base/ids.hpp>
#include <base/version.hpp>
#include <crypto/lean_openssl.hpp>
#include <cstdio>
#include <cstdlib>
#include <http/websocket_client.hpp>
#include <logging/log.hpp>
#include <murmur/secret.hpp>
#include <plugins/plugin_host.hpp>

#include "runner/core_limit.hpp"
#include "runner/supervisor.hpp"

namespace murmur::runner {

namespace {

namespace fs = std::filesystem;

constexpr const char* attach_path = "/murmur.runner.v1/attach";
constexpr std::chrono::seconds connect_timeout{10};

std::string required_variable(const char* name) {
    const char* value = std::getenv(name);
    if (value && *value) return value;
    throw Error(Errc::invalid_argument, std::string("the variable ") + name + " is not set")
        .with_hint("murmur-runner is started by murmurd on an agent's machine; it is of no use by itself.");
}

/// Takes the token out of the environment, and out of the memory that /proc/<pid>/environ shows.
Secret take_token() {
    Secret token(required_variable("MURMUR_RUNNER_TOKEN"));
    char* place = std::getenv("MURMUR_RUNNER_TOKEN");
    explicit_bzero(place, strlen(place));
    unsetenv("MURMUR_RUNNER_TOKEN");
    return token;
}

std::int64_t incarnation_number() {
    const std::string text = required_variable("MURMUR_INCARNATION");
    char* end = nullptr;
    const long long number = std::strtoll(text.c_str(), &end, 10);
    if (*end != '\0' || number < 1)
        throw Error(Errc::invalid_argument, "MURMUR_INCARNATION \"" + text + "\" is not a positive number");
    return number;
}

std::shared_ptr<Backend> load_backend(const Assignment& assignment, const fs::path& machine_directory, Logger& logger) {
    PluginHostOptions options;
    for (const std::string& dir : assignment.plugin_dirs) options.dirs.emplace_back(dir);
    options.state_dir = machine_directory / "state";
    options.logger = &logger;
    options.kinds = {"backend"};
    options.hash_files = false;
    // What it makes may outlive the host.
    return PluginHost(std::move(options)).make_backend(assignment.backend);
}

SupervisorOptions options_from_environment(Logger& logger) {
    SupervisorOptions options;
    options.machine_directory = fs::current_path();
    std::error_code unknown;
    options.programs = fs::read_symlink("/proc/self/exe", unknown).parent_path();
    options.hello = {required_variable("MURMUR_MACHINE_ID"), incarnation_number(), random_uuid(), getpid(),
                     full_version()};
    options.logger = &logger;
    options.take_signals = true;
    const auto token = std::make_shared<Secret>(take_token());
    const std::string server = required_variable("MURMUR_SERVER");
    options.blobs = [server, token, id = options.hello.runner_id] { return make_blob_client(server, token, id); };
    options.connector = [server, token](http::WebSocketEvents events) {
        return http::connect_websocket(server, attach_path,
                                       {{"Authorization", "Bearer " + std::string(token->reveal())}}, std::move(events),
                                       connect_timeout);
    };
    options.backend = [directory = options.machine_directory, &logger](const Assignment& assignment) {
        return load_backend(assignment, directory, logger);
    };
    return options;
}

}

int runner_main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "--version") {
        std::printf("murmur-runner %s\n", full_version().c_str());
        return 0;
    }
    // Few threads, little concurrency: arenas of their own would cost more memory than they save time.
    mallopt(M_ARENA_MAX, 1);
    start_openssl_lean();  // before libgit2 starts libssh2, which starts all of it: ssh is a program here
    const auto log = make_log({.program = "murmur-runner"});
    try {
        forbid_own_core();
        SupervisorOptions options = options_from_environment(*log);
        options.redact_log = [&log](std::shared_ptr<const Redactor> redactor) { log->set_redactor(redactor); };
        return supervise(options);
    } catch (...) {
        const Error error = current_error();
        log->log(LogLevel::error, error.message(),
                 {{"code", std::string(errc_name(error.code()))}, {"hint", error.hint()}});
        return 1;
    }
}

}
