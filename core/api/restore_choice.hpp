#pragma once

#include <string>

#include "agents/agent.hpp"

namespace murmur {

/// The snapshot that an agent's next machine begins from: the newest of this life, else the one that the life began
/// from. Empty: there is none, and it begins from nothing.
inline std::string snapshot_to_restore(const Agent& agent) {
    return agent.snapshot ? agent.snapshot->id : agent.spec.restore;
}

}
