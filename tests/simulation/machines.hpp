#pragma once

#include <map>
#include <memory>
#include <murmur/substrate.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace murmur::simulation {

class World;
class SimulatedRunner;

/// What a session knows and has done: on a machine's disk, and in snapshots.
struct SessionMemory {
    std::string session_id;
    std::vector<std::string> heard;  ///< ids of messages, in the order they were handed over
    std::int64_t turns = 0;
    std::int64_t work = 0;  ///< rises with everything it does
};

struct SimulatedMachine {
    std::string id;
    std::string label;  ///< whose it is
    bool suspended = false;
    bool tells_death = true;                  ///< whether inspect() knows that the runner is dead
    bool hears_mid_turn = false;              ///< whether the backend takes messages while a turn runs
    std::optional<bool> sticks;               ///< whether it can be removed while the sticky ones stick
    std::map<std::string, std::string> boot;  ///< the environment of its last runner
    SessionMemory memory;
    std::vector<std::string> journal;  ///< ids that were handed to the session on this machine
    std::shared_ptr<SimulatedRunner> runner;
};

/// Computers that fail in every way that a substrate may.
class SimulatedSubstrate final : public Substrate {
public:
    explicit SimulatedSubstrate(World& world) : world_(world) {}

    SubstrateCapabilities capabilities() const override { return {true, false, true}; }
    MachineHandle start(const MachineSpec& spec, const Call& call) override;
    MachineStatus inspect(const MachineHandle& handle, const Call& call) override;
    void destroy(const MachineHandle& handle, const Call& call) override;
    void suspend(const MachineHandle& handle, const Call& call) override;
    void resume(const MachineHandle& handle, const Call& call) override;
    MachineHandle restart(const MachineHandle& handle, const MachineSpec& spec, const Call& call) override;

    /// Machines that could not be removed can be, from now on.
    void let_go();
    /// How often the removal of that machine was refused since the time of misfortunes is over.
    int refused_removals(const std::string& id) const;
    /// It is gone, with its disk, without anyone having asked for it.
    void vanish(const std::string& id);
    std::map<std::string, std::shared_ptr<SimulatedMachine>>& machines() { return machines_; }
    /// Machines that misfortune has taken.
    const std::set<std::string>& vanished() const { return vanished_; }

private:
    void before(const std::string& call, const std::string& id);
    void after(const std::string& call, const std::string& id);
    std::shared_ptr<SimulatedMachine> get(const std::string& id);
    void boot(SimulatedMachine& machine, const MachineSpec& spec);

    World& world_;
    std::map<std::string, std::shared_ptr<SimulatedMachine>> machines_;
    std::set<std::string> vanished_;
    bool let_go_ = false;
    std::map<std::string, int> refused_;            ///< removals, by machine
    std::map<std::string, int> failures_;           ///< in a row, by call and machine
    std::map<std::string, std::string> last_call_;  ///< by machine
};

}
