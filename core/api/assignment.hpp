#pragma once

#include "api/runner_link.hpp"

namespace murmur {

/// The first command of an incarnation, with the values that are never stored in the clear. Throws data_loss, or
/// not_found, when one of them cannot be had.
json::object make_assignment(const Agent& agent, const std::string& message_id, const SecretBox& box,
                             const RunnerEndpointOptions& options);

/// What the sealed environment of an agent is bound to.
std::string environment_purpose(const AgentId& id);

}
