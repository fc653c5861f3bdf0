#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "machine_record.hpp"
#include "murmur/call.hpp"
#include "unique_fd.hpp"

namespace murmur::local {

/// Throws `invalid_argument` unless it is [a-z][a-z0-9-]*, hence a safe file name.
void require_machine_id(std::string_view id);

/// The directory of one machine, locked against every other holder, in this process or another, while this lives.
///
/// It holds machine.json, runner.log and whatever the runner makes: it is the runner's working directory.
class MachineDirectory {
public:
    /// Makes it unless it exists. Throws `resource_exhausted` on a full disk, `permission_denied` when `machines` may
    /// not be written.
    static void create(const std::filesystem::path& machines, const std::string& id);
    /// Opens it, and makes it first if needed. Waits for the lock within the call's deadline.
    /// Throws what create() throws.
    static MachineDirectory open_or_create(const std::filesystem::path& machines, const std::string& id,
                                           const Call& call);
    /// Empty when there is none.
    static std::optional<MachineDirectory> find(const std::filesystem::path& machines, const std::string& id,
                                                const Call& call);
    /// Clears away what an interrupted remove() left of the machine with that id.
    static void finish_removal(const std::filesystem::path& machines, const std::string& id, const Call& call);

    const std::filesystem::path& path() const { return path_; }
    int fd() const { return directory_.get(); }

    /// Empty when nothing was recorded. Throws `data_loss` when the file cannot be understood.
    std::optional<MachineRecord> read_record() const;
    void write_record(const MachineRecord& record) const;
    /// Whether the recorded leader got as far as running its program.
    bool was_launched() const;
    /// Before another leader is recorded.
    void forget_launch() const;
    /// Opens runner.log for appending, and makes it.
    UniqueFd open_log() const;
    /// Makes a directory in it unless it exists.
    void make_subdirectory(const std::string& name) const;

    /// Removes the directory with everything in it; afterwards only destruction is left to do with this object.
    /// The machine is gone in one step; what an interruption leaves, finish_removal() clears away.
    void remove(const Call& call);

private:
    MachineDirectory(std::filesystem::path machines, std::string id, UniqueFd directory);
    static std::optional<MachineDirectory> try_lock(const std::filesystem::path& machines, const std::string& id,
                                                    const Call& call);

    std::filesystem::path machines_;
    std::string id_;
    std::filesystem::path path_;
    UniqueFd directory_;
};

/// Reads the record without waiting for a lock; for looking only.
std::optional<MachineRecord> peek_record(const std::filesystem::path& machines, const std::string& id);

}
