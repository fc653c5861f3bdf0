#pragma once

#include <string>

#include "agents/agent_id.hpp"

namespace murmur {

/// What an agent is told, in its system prompt, of what should come out of its work: for "pr", "push" and "respond"
/// what that means here, for other text the text itself; nothing for nothing.
/// The title of a pull request names the agent.
std::string expected_output_text(const std::string& expected_output, const AgentId& id);

/// The agent's own system prompt, and that behind it.
std::string prompt_with_output(const std::string& system_prompt, const std::string& expected_output, const AgentId& id);

}
