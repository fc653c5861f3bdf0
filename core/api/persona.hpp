#pragma once

#include "api/api_context.hpp"
#include "api/spawn_fields.hpp"

namespace murmur {

/// What an agent-persona of the catalog says about the agents that work as it.
struct Persona {
    std::string prompt;
    SpawnWishes wishes;
    std::vector<std::string> tools;
    std::vector<std::string> disallowed_tools;
    std::int64_t max_turns = 0;
    std::vector<Task> tasks;
};

/// Throws permission_denied, and not_found with the nearest name. The empty name is a persona that says nothing.
Persona get_persona(ApiContext& context, const Caller& caller, const std::string& name);

/// Model, backend, what to do when idle and limits, as a body of the catalog has them.
SpawnWishes wishes_of(const json::object& body);

}
