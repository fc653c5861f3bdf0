#pragma once

#include "api/runner_link.hpp"

namespace murmur {

/// The first command of an incarnation, with the values that are never stored in the clear. Throws data_loss, or
/// not_found, when one of them, or the snapshot to begin from, cannot be had.
///
/// `marker` is what the stored command has instead: messageId, with which the prompt is delivered (none: it is not),
/// and restore, when the machine cannot be without the snapshot.
json::object make_assignment(const Agent& agent, const json::object& marker, const SecretBox& box,
                             const RunnerEndpointOptions& options);

/// What the sealed environment of an agent is bound to.
std::string environment_purpose(const AgentId& id);

}
