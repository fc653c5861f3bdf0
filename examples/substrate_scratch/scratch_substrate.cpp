#include "scratch_substrate.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <murmur/error.hpp>

#include "machine_processes.hpp"

namespace scratch {

namespace {

namespace fs = std::filesystem;
using murmur::Errc;
using murmur::Error;

fs::path directory_of(const murmur::MachineHandle& handle) {
    return murmur::FieldReader(handle.data, "handle").get_string("directory");
}

/// Takes the lock of the machine in `directory`, or returns an empty file when a process of the machine has it.
File try_lock(const fs::path& directory) {
    File file(::open((directory / "machine.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file) throw murmur::system_error(errno, "cannot open the lock of \"" + directory.string() + "\"");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
    if (errno != EWOULDBLOCK) throw murmur::system_error(errno, "cannot lock \"" + directory.string() + "\"");
    return File();
}

void check_id(const std::string& id) {
    if (id.empty() || id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
        throw Error(Errc::invalid_argument, "machine id \"" + id + "\" cannot be the name of a directory");
}

/// A name for this life of the runner: each has another environment.
std::string life_of(const murmur::MachineSpec& spec) {
    std::string all;
    for (const auto& [name, value] : spec.runner.environment) all += name + "=" + value + "\n";
    return std::to_string(std::hash<std::string>()(all));
}

std::map<std::string, std::string> environment_of(const murmur::MachineSpec& spec, const fs::path& directory) {
    std::map<std::string, std::string> environment = spec.runner.environment;
    const char* const path = std::getenv("PATH");
    environment.try_emplace("PATH", path ? path : "/usr/local/bin:/usr/bin:/bin");
    environment.try_emplace("HOME", (directory / "home").string());
    environment[machine_variable] = directory.string();
    return environment;
}

}

ScratchSubstrate::ScratchSubstrate(const murmur::PluginSettings& settings, murmur::HostServices& host)
    : root_(settings.get_string("directory")), logger_(host.logger()) {
    if (root_.empty()) root_ = host.state_dir() / "machines";
    if (!root_.is_absolute())
        throw Error(Errc::invalid_argument,
                    "plugins.scratch.directory is not an absolute path: \"" + root_.string() + "\"");
    fs::create_directories(root_);
}

murmur::SubstrateCapabilities ScratchSubstrate::capabilities() const {
    return {.suspend = true, .exec = false, .restart = true};
}

murmur::MachineHandle ScratchSubstrate::start(const murmur::MachineSpec& spec, const murmur::Call& call) {
    call.check();
    check_id(spec.id);
    const fs::path directory = root_ / spec.id;
    const murmur::MachineHandle handle{spec.id, {{"directory", directory.string()}}};
    fs::create_directories(directory / "home");
    fs::permissions(directory, fs::perms::owner_all);
    const File lock = try_lock(directory);
    // It runs already, or has run: this is a repeated call, and the machine's end is for inspect() to tell.
    if (!lock || fs::exists(directory / "started")) return handle;
    launch(spec.runner.argv, environment_of(spec, directory), directory, life_of(spec), lock);
    logger_.log(murmur::LogLevel::info, "machine started", {{"machine", spec.id}, {"directory", directory.string()}});
    return handle;
}

murmur::MachineStatus ScratchSubstrate::inspect(const murmur::MachineHandle& handle, const murmur::Call&) {
    const fs::path directory = directory_of(handle);
    if (!fs::exists(directory)) return {murmur::MachineState::gone, "its directory is gone"};
    if (try_lock(directory)) return {murmur::MachineState::gone, "its processes have ended"};
    if (is_stopped(find_processes(directory))) return {murmur::MachineState::suspended, directory.string()};
    return {murmur::MachineState::running, directory.string()};
}

void ScratchSubstrate::destroy(const murmur::MachineHandle& handle, const murmur::Call& call) {
    const fs::path directory = directory_of(handle);
    kill_all(directory, call);
    fs::remove_all(directory);
}

void ScratchSubstrate::suspend(const murmur::MachineHandle& handle, const murmur::Call& call) {
    if (inspect(handle, call).state == murmur::MachineState::gone)
        throw Error(Errc::not_found, "machine \"" + handle.id + "\" is gone");
    stop_all(directory_of(handle), call);
}

void ScratchSubstrate::resume(const murmur::MachineHandle& handle, const murmur::Call& call) {
    if (inspect(handle, call).state == murmur::MachineState::gone)
        throw Error(Errc::not_found, "machine \"" + handle.id + "\" is gone");
    continue_all(directory_of(handle));
}

murmur::MachineHandle ScratchSubstrate::restart(const murmur::MachineHandle& handle, const murmur::MachineSpec& spec,
                                                const murmur::Call& call) {
    call.check();
    const fs::path directory = directory_of(handle);
    if (!fs::exists(directory)) throw Error(Errc::not_found, "machine \"" + handle.id + "\" is gone");
    std::string life;
    std::ifstream(directory / "started") >> life;
    if (life == life_of(spec)) return handle;  // a repeated call
    kill_all(directory, call);
    const File lock = try_lock(directory);
    if (!lock)
        throw Error(Errc::unavailable, "a process of machine \"" + handle.id + "\" does not end")
            .with_hint("Look for what holds \"" + (directory / "machine.lock").string() + "\".");
    launch(spec.runner.argv, environment_of(spec, directory), directory, life_of(spec), lock);
    logger_.log(murmur::LogLevel::info, "machine restarted", {{"machine", spec.id}});
    return handle;
}

}
