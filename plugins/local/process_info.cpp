#include "process_info.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

// glibc 2.36 declares these two without C linkage.
extern "C" {
#include <sys/pidfd.h>
}

#include "murmur/error.hpp"

namespace murmur::local {

namespace {

// Linux lets argv and the environment together have a quarter of the stack limit, usually 2 MiB; this is above it.
constexpr std::size_t environment_bytes_max = 8 * 1024 * 1024;

std::string proc_path(pid_t pid, const char* file) { return "/proc/" + std::to_string(pid) + "/" + file; }

/// Files in /proc end in mid-read with ESRCH when the process ends; that reads as empty here.
std::string read_proc_file(const std::string& path, std::size_t limit) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    if (!file) return text;
    std::array<char, 8192> buffer;
    while (text.size() < limit) {
        const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

template <class Number>
Number field_number(std::string_view field) {
    Number value{};
    std::from_chars(field.data(), field.data() + field.size(), value);
    return value;
}

std::optional<ProcessFacts> parse_stat(pid_t pid, std::string_view text) {
    // The name stands in brackets and may hold anything, brackets and spaces too: the fields begin after the last one.
    const std::size_t bracket = text.rfind(')');
    if (bracket == std::string_view::npos) return std::nullopt;
    constexpr std::size_t needed = 20;        // up to field 22 (start time)
    std::array<std::string_view, 48> fields;  // from field 3 (state) to field 50 (start of the environment)
    std::size_t position = bracket + 1;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        position = text.find_first_not_of(' ', position);
        if (position == std::string_view::npos) {
            if (i < needed) return std::nullopt;
            break;
        }
        const std::size_t end = std::min(text.find(' ', position), text.size());
        fields[i] = text.substr(position, end - position);
        position = end;
    }
    ProcessFacts facts;
    facts.identity = {pid, field_number<std::uint64_t>(fields[19])};
    facts.state = fields[0].front();
    facts.parent = field_number<pid_t>(fields[1]);
    facts.session = field_number<pid_t>(fields[3]);
    facts.environment_address = field_number<std::uint64_t>(fields[47]);
    constexpr std::uint64_t kernel_thread_flag = 0x00200000;  // PF_KTHREAD, in field 9
    facts.kernel = (field_number<std::uint64_t>(fields[6]) & kernel_thread_flag) != 0;
    // A process whose first thread has ended while others work shows Z as well, with its other threads in the count.
    const bool zombie = facts.state == 'Z' || facts.state == 'X' || facts.state == 'x';
    facts.ended = zombie && field_number<int>(fields[17]) <= 1;
    return facts;
}

}

std::optional<ProcessFacts> find_process(pid_t pid) {
    if (pid <= 0) return std::nullopt;
    return parse_stat(pid, read_proc_file(proc_path(pid, "stat"), 4096));
}

std::optional<ProcessFacts> find_process(const ProcessIdentity& identity) {
    std::optional<ProcessFacts> facts = find_process(identity.pid);
    if (facts && (facts->identity != identity || facts->ended)) facts.reset();
    return facts;
}

void visit_processes(const std::function<void(const ProcessFacts&)>& visit) {
    const UniqueFd proc(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!proc) throw system_error(errno, "cannot list the processes in /proc");
    // Two entries at a time, not readdir()'s thousand: pids come in rising order, so the child that a process left when
    // it ended in between is still ahead in the list.
    alignas(dirent64) std::array<char, 64> entries;
    while (true) {
        const long size = ::syscall(SYS_getdents64, proc.get(), entries.data(), entries.size());
        if (size < 0) throw system_error(errno, "cannot list the processes in /proc");
        if (size == 0) return;
        for (long offset = 0; offset < size;) {
            // By offset: the type's name field is longer than the buffer, which the optimizer warns of.
            const char* entry = entries.data() + offset;
            std::uint16_t length = 0;
            std::memcpy(&length, entry + offsetof(dirent64, d_reclen), sizeof length);
            const char* name = entry + offsetof(dirent64, d_name);
            offset += length;
            if (name[0] < '1' || name[0] > '9') continue;
            if (const std::optional<ProcessFacts> facts = find_process(field_number<pid_t>(name))) visit(*facts);
        }
    }
}

std::vector<std::string> read_environment(pid_t pid) {
    const std::string text = read_proc_file(proc_path(pid, "environ"), environment_bytes_max);
    std::vector<std::string> entries;
    for (std::size_t position = 0; position < text.size();) {
        const std::size_t end = std::min(text.find('\0', position), text.size());
        if (end > position) entries.push_back(text.substr(position, end - position));
        position = end + 1;
    }
    return entries;
}

VariableReading read_variable(pid_t pid, std::string_view name) {
    const std::string path = proc_path(pid, "environ");
    errno = 0;
    std::string text = read_proc_file(path, environment_bytes_max);
    if (text.empty()) {
        if (errno == EACCES || errno == EPERM) return {};
        // In mid-exec a process has neither arguments nor environment; one with arguments alone was started so. The
        // environment is read once more because the exec may have ended between the two.
        if (read_proc_file(proc_path(pid, "cmdline"), environment_bytes_max).empty()) return {std::nullopt, false};
        text = read_proc_file(path, environment_bytes_max);
    }
    text.insert(text.begin(), '\0');
    const std::string sought = '\0' + std::string(name) + '=';
    const std::size_t found = text.find(sought);
    if (found == std::string::npos) return {};
    const std::size_t begin = found + sought.size();
    return {text.substr(begin, std::min(text.find('\0', begin), text.size()) - begin), true};
}

std::filesystem::path find_working_directory(pid_t pid) {
    std::error_code unreadable;
    return std::filesystem::read_symlink(proc_path(pid, "cwd"), unreadable);
}

const std::string& boot_id() {
    static const std::string id = [] {
        std::string text = read_proc_file("/proc/sys/kernel/random/boot_id", 64);
        while (!text.empty() && text.back() == '\n') text.pop_back();
        return text;
    }();
    if (id.empty())
        throw Error(Errc::failed_precondition, "cannot read \"/proc/sys/kernel/random/boot_id\"")
            .with_hint("Mount /proc.");
    return id;
}

UniqueFd open_process(const ProcessIdentity& identity) {
    UniqueFd process(identity.pid > 0 ? ::pidfd_open(identity.pid, 0) : -1);
    if (!process) {
        if (identity.pid <= 0 || errno == ESRCH || errno == EINVAL) return {};
        throw system_error(errno, "cannot open process " + std::to_string(identity.pid));
    }
    // Looked at after opening: from here on the descriptor cannot come to mean another process.
    if (!find_process(identity)) return {};
    return process;
}

SignalResult send_signal(const ProcessIdentity& identity, int signal) {
    const UniqueFd process = open_process(identity);
    if (!process) return SignalResult::gone;
    if (::pidfd_send_signal(process.get(), signal, nullptr, 0) == 0) return SignalResult::sent;
    return errno == EPERM ? SignalResult::denied : SignalResult::gone;
}

}
