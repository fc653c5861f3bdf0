#include "machine_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

#include "child_program.hpp"
#include "murmur/error.hpp"
#include "remove_tree.hpp"
#include "waiting.hpp"

namespace murmur::local {

namespace {

constexpr const char* record_file = "machine.json";
constexpr const char* record_draft = "machine.json.new";
constexpr const char* log_file = "runner.log";
// The kernel tells nobody when a file lock becomes free; this is how often it is tried.
constexpr std::chrono::milliseconds lock_poll_interval{2};
// Ids become file names with a prefix; 255 is the limit of a name.
constexpr std::size_t id_length_max = 200;
constexpr std::size_t record_bytes_max = 1024 * 1024;

[[noreturn]] void fail_on(int errno_value, const std::string& what, const std::filesystem::path& path) {
    const Error error = system_error(errno_value, what + " \"" + path.string() + "\"");
    if (errno_value == ENOSPC || errno_value == EDQUOT)
        throw error.with_hint("Free space on the file system of that path, or give murmurd another --state-dir.");
    if (errno_value == EACCES || errno_value == EPERM || errno_value == EROFS)
        throw error.with_hint("Make it writable for the user of murmurd, or give murmurd another --state-dir.");
    throw error;
}

std::string removed_name(const std::string& id) { return ".removed-" + id; }

UniqueFd open_directory_at(int parent, const std::string& name) {
    constexpr int flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    UniqueFd directory(::openat(parent, name.c_str(), flags | O_RDONLY));
    if (directory || errno != EACCES) return directory;
    // What ran there may have closed its own directory; it is still ours to open.
    const UniqueFd closed(::openat(parent, name.c_str(), flags | O_PATH));
    const std::string self = "/proc/self/fd/" + std::to_string(closed.get());
    if (closed && ::chmod(self.c_str(), 0700) == 0)
        directory = UniqueFd(::openat(parent, name.c_str(), flags | O_RDONLY));
    return directory;
}

UniqueFd open_machines(const std::filesystem::path& machines) {
    UniqueFd directory(::open(machines.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory && errno != ENOENT) fail_on(errno, "cannot open", machines);
    return directory;
}

void make_directory(const std::filesystem::path& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail_on(errno, "cannot create", path);
}

std::optional<MachineRecord> read_record_at(int directory, const std::filesystem::path& path) {
    const UniqueFd file(::openat(directory, record_file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file && errno == ENOENT) return std::nullopt;
    if (!file) fail_on(errno, "cannot read", path / record_file);
    std::string text;
    std::array<char, 4096> buffer;
    for (ssize_t count = 0; text.size() < record_bytes_max;) {
        count = ::read(file.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_on(errno, "cannot read", path / record_file);
        if (count == 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    try {
        return record_from_json(parse_json(text, record_file).as_object(), record_file);
    } catch (const std::exception& damage) {
        throw Error(Errc::data_loss, "\"" + (path / record_file).string() + "\" is damaged: " + damage.what())
            .with_hint("Destroy the machine; its processes are found without the file.");
    }
}

}

void require_machine_id(std::string_view id) {
    bool valid = !id.empty() && id.size() <= id_length_max && id.front() >= 'a' && id.front() <= 'z';
    for (const char c : id) valid = valid && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    if (!valid)
        throw Error(Errc::invalid_argument, "\"" + std::string(id) + "\" cannot be the id of a machine")
            .with_hint("Use small letters, digits and \"-\", beginning with a letter.");
}

MachineDirectory::MachineDirectory(std::filesystem::path machines, std::string id, UniqueFd directory)
    : machines_(std::move(machines)), id_(std::move(id)), path_(machines_ / id_), directory_(std::move(directory)) {}

std::optional<MachineDirectory> MachineDirectory::try_lock(const std::filesystem::path& machines, const std::string& id,
                                                           const Call& call) {
    const UniqueFd parent = open_machines(machines);
    if (!parent) return std::nullopt;
    while (true) {
        UniqueFd directory = open_directory_at(parent.get(), id);
        if (!directory && errno == ENOENT) return std::nullopt;
        if (!directory) fail_on(errno, "cannot open", machines / id);
        while (::flock(directory.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK && errno != EINTR) fail_on(errno, "cannot lock", machines / id);
            call.check();
            wait_readable(-1, lock_poll_interval, call);
        }
        // Whoever held the lock may have removed the directory, and another may have its name by now.
        struct stat locked {};
        struct stat named {};
        if (::fstat(directory.get(), &locked) != 0) fail_on(errno, "cannot look at", machines / id);
        if (::fstatat(parent.get(), id.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 && locked.st_ino == named.st_ino &&
            locked.st_dev == named.st_dev)
            return MachineDirectory(machines, id, std::move(directory));
    }
}

void MachineDirectory::create(const std::filesystem::path& machines, const std::string& id) {
    make_directory(machines);
    make_directory(machines / id);
}

MachineDirectory MachineDirectory::open_or_create(const std::filesystem::path& machines, const std::string& id,
                                                  const Call& call) {
    while (true) {
        create(machines, id);
        if (std::optional<MachineDirectory> directory = try_lock(machines, id, call)) return std::move(*directory);
    }
}

std::optional<MachineDirectory> MachineDirectory::find(const std::filesystem::path& machines, const std::string& id,
                                                       const Call& call) {
    return try_lock(machines, id, call);
}

void MachineDirectory::finish_removal(const std::filesystem::path& machines, const std::string& id, const Call& call) {
    const UniqueFd parent = open_machines(machines);
    if (parent) remove_tree(parent.get(), removed_name(id), machines / removed_name(id), call);
}

std::optional<MachineRecord> MachineDirectory::read_record() const { return read_record_at(fd(), path_); }

void MachineDirectory::write_record(const MachineRecord& record) const {
    const std::string text = json::serialize(record_to_json(record)) + "\n";
    // Not synced to the disk: a loss of power ends the processes too, and the record means nothing without them.
    UniqueFd file(::openat(fd(), record_draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) fail_on(errno, "cannot create", path_ / record_draft);
    for (std::size_t written = 0; written < text.size();) {
        const ssize_t count = ::write(file.get(), text.data() + written, text.size() - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_on(errno, "cannot write", path_ / record_draft);
        written += static_cast<std::size_t>(count);
    }
    if (::close(file.release()) != 0) fail_on(errno, "cannot write", path_ / record_draft);
    if (::renameat(fd(), record_draft, fd(), record_file) != 0) fail_on(errno, "cannot write", path_ / record_file);
}

bool MachineDirectory::was_launched() const { return ::faccessat(fd(), launched_file, F_OK, AT_SYMLINK_NOFOLLOW) == 0; }

void MachineDirectory::forget_launch() const {
    if (::unlinkat(fd(), launched_file, 0) != 0 && errno != ENOENT)
        fail_on(errno, "cannot remove", path_ / launched_file);
}

UniqueFd MachineDirectory::open_log() const {
    UniqueFd log(::openat(fd(), log_file, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!log) fail_on(errno, "cannot create", path_ / log_file);
    return log;
}

void MachineDirectory::make_subdirectory(const std::string& name) const {
    if (::mkdirat(fd(), name.c_str(), 0700) != 0 && errno != EEXIST) fail_on(errno, "cannot create", path_ / name);
}

void MachineDirectory::remove(const Call& call) {
    finish_removal(machines_, id_, call);
    const std::filesystem::path removed = machines_ / removed_name(id_);
    if (::rename(path_.c_str(), removed.c_str()) != 0 && errno != ENOENT) fail_on(errno, "cannot remove", path_);
    finish_removal(machines_, id_, call);
}

std::optional<MachineRecord> peek_record(const std::filesystem::path& machines, const std::string& id) {
    const UniqueFd parent = open_machines(machines);
    const UniqueFd directory = parent ? open_directory_at(parent.get(), id) : UniqueFd();
    if (!directory) return std::nullopt;
    return read_record_at(directory.get(), machines / id);
}

}
