#pragma once

#include <map>
#include <string>
#include <vector>

#include "murmur/call.hpp"
#include "murmur/catalog_kind.hpp"
#include "murmur/export.hpp"
#include "murmur/json.hpp"

namespace murmur {

/// What a substrate can do beyond starting and destroying machines.
struct SubstrateCapabilities {
    bool suspend = false;  ///< suspend() and resume() keep memory and processes
    bool exec = false;     ///< exec() runs a program on the machine
    bool restart = false;  ///< restart() starts the runner again on a machine whose disk is still there
    bool attach = false;   ///< attach_command() says how a person gets onto a machine
};

/// The program that makes a machine an agent's machine: the substrate must start it there, once, as its first work.
struct RunnerBoot {
    std::vector<std::string> argv;  ///< argv[0] is the runner's absolute path on this host
    std::map<std::string, std::string>
        environment;  ///< added to the machine's own; holds a one-time token: never log it
};

/// The machine that is asked for.
struct MachineSpec {
    std::string id;     ///< unique, [a-z][a-z0-9-]*; the host repeats a call whose answer it lost with the same id
    std::string label;  ///< for people: workspace and slug
    RunnerBoot runner;
    /// What the catalog says to the substrate: its section of the placement, and where they have one for it, those of
    /// machine type, disk type and image under `machine`, `disk` (then `disk_size_gb` too) and `image`. Empty:
    /// defaults.
    json::object shape;
};

/// What start() returned and the host stores: enough to find the machine again after a restart of the host.
struct MachineHandle {
    std::string id;
    json::object data;  ///< the substrate's own; small
};

enum class MachineState { starting, running, suspended, gone };

struct MachineStatus {
    MachineState state = MachineState::gone;
    std::string detail;  ///< for people: "pid 4711", "us-central1-a", or why it is gone
};

struct ExecResult {
    int exit_code = 0;  ///< 128 + signal when a signal ended it
    std::string standard_output;
    std::string standard_error;
};

/// A program that connects a person's terminal with a machine.
struct AttachCommand {
    std::vector<std::string> argv;  ///< argv[0] is looked up in that person's PATH; nothing of it is secret
    bool on_host = false;           ///< it works only on the computer of the host, as the host's user
};

/// A place where agents' machines come from: a cloud project, or this computer.
///
/// The host calls it from worker threads. Calls for one machine id never overlap; calls for different ids may. Keep no
/// state that a restart would lose: whatever is needed to find a machine again belongs in its handle.
class MURMUR_SDK_API Substrate {
public:
    virtual ~Substrate();

    /// Asked once, right after construction.
    virtual SubstrateCapabilities capabilities() const = 0;

    /// Creates the machine and returns as soon as it exists; it need not be up.
    ///
    /// Calling it again with the same `spec.id` must not make a second machine. Throws `unavailable` when a later try
    /// may work, `resource_exhausted` when there is no room.
    virtual MachineHandle start(const MachineSpec& spec, const Call& call) = 0;

    /// What became of it. A machine that is gone is an answer, not a failure.
    virtual MachineStatus inspect(const MachineHandle& handle, const Call& call) = 0;

    /// Removes the machine and all it cost. Succeeds when it is gone already. After a start() that failed the handle
    /// has the id and no data: then whatever that start left behind goes.
    virtual void destroy(const MachineHandle& handle, const Call& call) = 0;

    /// Stops the machine with its memory kept; succeeds when it is suspended already. Throws `not_found` when it is
    /// gone.
    virtual void suspend(const MachineHandle& handle, const Call& call);
    /// Lets it go on; succeeds when it is running already. Throws `not_found` when it is gone.
    virtual void resume(const MachineHandle& handle, const Call& call);
    /// Starts the runner anew on a machine whose last one is gone or does not answer, with the disk as that one left
    /// it. What the last one left running is ended first: there is never more than one runner on a machine. `spec.id`
    /// is the handle's; spec.runner is that of the new life. Repeated with the same runner environment it starts one
    /// runner. Throws `not_found` when the machine is gone, disk and all; `unimplemented` by default.
    virtual MachineHandle restart(const MachineHandle& handle, const MachineSpec& spec, const Call& call);
    /// Runs `argv` there and waits for it, within the call's deadline.
    virtual ExecResult exec(const MachineHandle& handle, const std::vector<std::string>& argv, const Call& call);
    /// What a person runs to have `argv` run on a machine that is up, in the directory that the runner was started in,
    /// with that person's terminal as its own. What is started so is part of the machine. Throws `not_found` when the
    /// machine is gone, `failed_precondition` when it is suspended; `unimplemented` by default.
    virtual AttachCommand attach_command(const MachineHandle& handle, const std::vector<std::string>& argv,
                                         const Call& call);

    /// The substrate's corner of the catalog: asked once, right after construction; nothing by default.
    virtual CatalogContribution catalog() const;
};

MURMUR_SDK_API std::string_view machine_state_name(MachineState state);

}
