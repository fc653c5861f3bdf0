#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "local_settings.hpp"
#include "murmur/json.hpp"
#include "process_info.hpp"

namespace murmur::local {

/// What must be remembered of a machine to find it again: it is the data of its handle, and lies in machine.json.
struct MachineRecord {
    ProcessIdentity leader;  ///< the runner, or the bwrap that holds it
    std::string boot_id;     ///< of the kernel's run in which the leader was started
    std::string directory;
    Isolation isolation = Isolation::none;
    std::vector<std::string> writable;
    /// Fingerprint of the runner's environment, which is another one in each of its lives; empty when it is not known.
    std::string life;

    /// The leader if it can still be alive: pid 0 after a restart of the computer.
    ProcessIdentity leader_now() const;
};

/// Tells one runner environment from another; says nothing of the token in it.
std::string fingerprint_life(const std::map<std::string, std::string>& environment);

json::object record_to_json(const MachineRecord& record);
/// Throws `invalid_argument` naming the field; `what` begins the name.
MachineRecord record_from_json(const json::object& object, std::string_view what);

}
