#pragma once

#include <filesystem>
#include <mutex>

#include "local_settings.hpp"
#include "machine_directory.hpp"
#include "murmur/host.hpp"
#include "murmur/substrate.hpp"
#include "process_tree.hpp"
#include "stopped_machines.hpp"

namespace murmur::local {

/// Machines that are directories and process trees on this computer. Keeps nothing in memory that a restart would miss.
/// Safe from any thread, also for one id.
class LocalSubstrate final : public Substrate {
public:
    LocalSubstrate(LocalSettings settings, HostServices& host);

    SubstrateCapabilities capabilities() const override;
    MachineHandle start(const MachineSpec& spec, const Call& call) override;
    MachineStatus inspect(const MachineHandle& handle, const Call& call) override;
    void destroy(const MachineHandle& handle, const Call& call) override;
    void suspend(const MachineHandle& handle, const Call& call) override;
    void resume(const MachineHandle& handle, const Call& call) override;
    MachineHandle restart(const MachineHandle& handle, const MachineSpec& spec, const Call& call) override;
    ExecResult exec(const MachineHandle& handle, const std::vector<std::string>& argv, const Call& call) override;
    AttachCommand attach_command(const MachineHandle& handle, const std::vector<std::string>& argv,
                                 const Call& call) override;
    CatalogContribution catalog() const override;

private:
    std::filesystem::path machines();
    /// Makes the machine's directory, if there is room for one more.
    void admit(const std::string& id);
    MachineRecord launch(const MachineDirectory& directory, const MachineSpec& spec, const LocalSettings& settings,
                         const Call& call);
    /// What the directory says; empty also when that cannot be read, which is logged.
    std::optional<MachineRecord> read_record_if_sound(const MachineDirectory& directory, const std::string& id);
    /// What is known of a machine, from its directory or else its handle; empty when neither knows anything.
    std::optional<MachineRecord> find_record(const MachineHandle& handle);
    Membership membership_of(const std::string& id, const std::optional<MachineRecord>& record);
    /// The membership of a machine whose leader lives. Throws `not_found` otherwise.
    Membership require_alive(const MachineHandle& handle, const MachineRecord& record);
    MachineRecord require_record(const MachineHandle& handle);
    /// The environment of a machine that is up. Throws `failed_precondition` for one that is suspended.
    std::vector<std::string> require_environment(const MachineHandle& handle, const MachineRecord& record,
                                                 const Membership& membership, const Call& call);
    void end_runner(const MachineRecord& record, const Membership& membership, const Call& call);
    std::filesystem::path hidden_state(const std::vector<std::string>& environment);

    const LocalSettings settings_;
    HostServices& host_;
    StoppedMachines stopped_;  ///< so that waking one is quick
    std::mutex admission_;     ///< held while machines are counted and one is added
};

}
