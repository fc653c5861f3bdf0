#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "local_substrate.hpp"
#include "murmur/error.hpp"
#include "murmur/host.hpp"

namespace murmur::local::testing {

/// A directory of its own that is removed at the end, whatever its rights became.
class TemporaryDirectory {
public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Host services with a state directory; logs are dropped.
class TestHost final : public HostServices {
public:
    explicit TestHost(std::filesystem::path state) : state_(std::move(state)) {}
    Logger& logger() override;
    Clock& clock() override { return clock_; }
    HttpClient& http() override;
    std::filesystem::path state_dir() override { return state_; }

private:
    std::filesystem::path state_;
    SystemClock clock_;
};

/// A call that ends well before the test's own time limit.
Call test_call(std::chrono::milliseconds limit = std::chrono::seconds(60));

/// Waits until it is so; a generous limit ends a test that would hang.
bool eventually(const std::function<bool()>& condition);

std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);
/// The pid that a script wrote to a file, once it has written the whole line.
pid_t wait_for_pid(const std::filesystem::path& file);
bool is_alive(pid_t pid);
bool is_stopped(pid_t pid);

/// A substrate over a temporary directory; whatever machines are left are destroyed at the end.
class World {
public:
    explicit World(LocalSettings settings = default_settings());
    ~World();

    static LocalSettings default_settings();
    /// A machine whose runner is a shell script.
    static MachineSpec shell_machine(const std::string& id, const std::string& script);

    std::filesystem::path machine(const std::string& id) const { return directory.path() / "machines" / id; }
    Membership membership(const MachineHandle& handle) const;
    /// Again, as its hint says, when the machine's processes did not stop in time: on a busy computer they may not.
    void suspend(const MachineHandle& handle);

    TemporaryDirectory directory;
    TestHost host;
    LocalSubstrate substrate;
};

/// Does it again for as long as it is unavailable; what comes of the last of many times counts.
void insist(const std::function<void()>& action);

/// The error that `action` throws; a test failure when it throws none.
Error error_of(const std::function<void()>& action);

}
