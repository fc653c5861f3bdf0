#pragma once

#include <string>
#include <vector>

#include "api/api_context.hpp"
#include "api/spawn_fields.hpp"

namespace murmur {

/// How an agent runs.
struct SpawnChoices {
    std::string model;    ///< empty: the backend's own
    std::string backend;  ///< one that is loaded
    OnIdle on_idle = OnIdle::sleep;
    Budget budget;
};

/// The one of `known` that is wanted. Throws not_found with the nearest of them.
std::string choose_known(const std::string& wanted, const std::vector<std::string>& known, const std::string& what);

/// Chooses among what several places say, the strongest first: request, persona, workspace, murmur.yaml. Each limit of
/// the budget is chosen for itself. A model implies its backend, which counts as said in the same place; and a model
/// that the chosen backend does not run is passed over when it was said in a weaker place. Throws invalid_argument
/// when a backend and a model that it does not run are said in the same place, and not_found for a backend that is not
/// loaded.
SpawnChoices choose_spawn(const std::vector<SpawnWishes>& wishes, const ApiOptions& options);

/// Throws invalid_argument, naming it, for what the backend is known not to do: an interactive session, an effort.
void check_backend_can(const std::string& backend, const AgentSpec& spec, const ApiOptions& options);

}
