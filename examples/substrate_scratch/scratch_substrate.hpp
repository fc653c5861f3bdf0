#pragma once

#include <filesystem>
#include <murmur/host.hpp>
#include <murmur/settings.hpp>
#include <murmur/substrate.hpp>

namespace scratch {

/// Machines that are directories: the runner is a process that starts in one, and the machine goes with the directory.
///
/// Nothing is remembered in memory. A machine exists as long as one of its processes holds the lock on `machine.lock`
/// in its directory: they inherit it, so it cannot be left behind, and it is found again after a restart of the host.
class ScratchSubstrate final : public murmur::Substrate {
public:
    ScratchSubstrate(const murmur::PluginSettings& settings, murmur::HostServices& host);

    murmur::SubstrateCapabilities capabilities() const override;
    murmur::MachineHandle start(const murmur::MachineSpec& spec, const murmur::Call& call) override;
    murmur::MachineStatus inspect(const murmur::MachineHandle& handle, const murmur::Call& call) override;
    void destroy(const murmur::MachineHandle& handle, const murmur::Call& call) override;
    void suspend(const murmur::MachineHandle& handle, const murmur::Call& call) override;
    void resume(const murmur::MachineHandle& handle, const murmur::Call& call) override;
    murmur::MachineHandle restart(const murmur::MachineHandle& handle, const murmur::MachineSpec& spec,
                                  const murmur::Call& call) override;

private:
    std::filesystem::path root_;
    murmur::Logger& logger_;
};

}
