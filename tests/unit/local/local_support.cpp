#include "local_support.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "process_tree.hpp"
#include "remove_tree.hpp"

namespace murmur::local::testing {

namespace {

class SilentLogger final : public Logger {
public:
    void log(LogLevel, std::string_view, std::initializer_list<LogField>) noexcept override {}
};

}

TemporaryDirectory::TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "murmur-local-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw system_error(errno, "cannot make a temporary directory");
    path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
    try {
        remove_tree(AT_FDCWD, path_, path_, test_call());
    } catch (const Error& error) {
        ADD_FAILURE() << error.message();
    }
}

Logger& TestHost::logger() {
    static SilentLogger silent;
    return silent;
}

HttpClient& TestHost::http() { throw Error(Errc::unimplemented, "these tests make no HTTP requests"); }

Call test_call(std::chrono::milliseconds limit) {
    Call call;
    call.deadline = Call::Clock::now() + limit;
    return call;
}

bool eventually(const std::function<bool()>& condition) {
    const auto end = Call::Clock::now() + std::chrono::seconds(40);
    while (!condition()) {
        if (Call::Clock::now() > end) return false;
        ::poll(nullptr, 0, 2);
    }
    return true;
}

std::string read_text(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

void write_text(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

pid_t wait_for_pid(const std::filesystem::path& file) {
    EXPECT_TRUE(eventually([&] { return read_text(file).ends_with('\n'); })) << file;
    return static_cast<pid_t>(std::atoi(read_text(file).c_str()));
}

bool is_alive(pid_t pid) {
    const std::optional<ProcessFacts> facts = find_process(pid);
    return facts && !facts->ended;
}

bool is_stopped(pid_t pid) {
    const std::optional<ProcessFacts> facts = find_process(pid);
    return facts && facts->state == 'T';
}

LocalSettings World::default_settings() {
    LocalSettings settings = read_local_settings(PluginSettings(local_settings_table(), {}, "local"));
    settings.stop_grace = std::chrono::milliseconds(200);
    return settings;
}

World::World(LocalSettings settings) : host(directory.path()), substrate(std::move(settings), host) {}

World::~World() {
    std::error_code none;
    std::vector<std::string> ids;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path() / "machines", none))
        ids.push_back(entry.path().filename());
    for (const std::string& id : ids) {
        if (id.starts_with('.')) continue;
        try {
            substrate.destroy({id, {}}, test_call());
        } catch (const Error& error) {
            ADD_FAILURE() << id << ": " << error.message();
        }
    }
}

MachineSpec World::shell_machine(const std::string& id, const std::string& script) {
    MachineSpec spec;
    spec.id = id;
    spec.label = "test";
    spec.runner.argv = {"/bin/sh", "-c", script};
    return spec;
}

Membership World::membership(const MachineHandle& handle) const {
    return {record_from_json(handle.data, "handle").leader, machine(handle.id)};
}

void World::suspend(const MachineHandle& handle) {
    insist([&] { substrate.suspend(handle, test_call()); });
}

void insist(const std::function<void()>& action) {
    constexpr int times_max = 20;
    for (int times = 1;; ++times) {
        try {
            return action();
        } catch (const Error& error) {
            if (error.code() != Errc::unavailable || times == times_max) throw;
        }
    }
}

Error error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error(Errc::unknown, "nothing was thrown");
}

}
