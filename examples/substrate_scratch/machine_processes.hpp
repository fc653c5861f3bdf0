#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <murmur/call.hpp>
#include <string>
#include <utility>
#include <vector>

namespace scratch {

/// Every process of a machine has this in its environment, with the machine's directory: by it they are found.
inline constexpr const char* machine_variable = "SCRATCH_MACHINE";

/// A file descriptor that closes itself.
class File {
public:
    File() = default;
    explicit File(int number) : number_(number) {}
    File(File&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    File& operator=(File&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~File();
    int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

private:
    int number_ = -1;
};

/// Starts `argv` in `directory`, in a session of its own and as a child of init, with `lock` kept open in it. Its
/// output goes to runner.log there, and the file `started` says that it has been started, and for which `life`.
void launch(const std::vector<std::string>& argv, const std::map<std::string, std::string>& environment,
            const std::filesystem::path& directory, const std::string& life, const File& lock);

std::vector<pid_t> find_processes(const std::filesystem::path& directory);
/// Whether there are any and each is stopped.
bool is_stopped(const std::vector<pid_t>& processes);
/// Both repeat until no process is left over that was born meanwhile. They obey `call`.
void stop_all(const std::filesystem::path& directory, const murmur::Call& call);
void kill_all(const std::filesystem::path& directory, const murmur::Call& call);
void continue_all(const std::filesystem::path& directory);

}
