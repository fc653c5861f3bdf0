#pragma once

#include <murmur/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agents/agent.hpp"

namespace murmur {

/// A repository as a spawn asks for it.
struct WantedRepo {
    std::string clone_url;
    std::string base_branch;
    std::string working_branch;
    std::optional<ConflictResolution> conflict_resolution = {};
};

/// What one of the places that may say so says about how an agent runs. Empty: nothing.
struct SpawnWishes {
    std::string model;
    std::string backend;
    std::optional<OnIdle> on_idle = {};
    Budget budget = {};
};

/// A spawn request, but for slug, prompt and request id, checked as far as that goes without looking anything up. What
/// is empty or absent was not given.
struct SpawnFields {
    std::string workspace;
    bool workspace_declared = false;
    std::vector<WantedRepo> repos;
    std::string purpose;
    std::string persona;
    SpawnWishes wishes;    ///< of the request itself
    SpawnWishes defaults;  ///< of the caller's murmur.yaml
    std::string reasoning_effort;
    std::string expected_output;
    std::string append_system_prompt;
    std::optional<DequeueStrategy> dequeue_strategy;
    std::vector<Task> tasks;
    json::object environment;
    std::string session_mode;
    bool force_new = false;
    bool resurrect = false;
    std::string fork_from;
    std::optional<bool> pilot;
    std::string substrate;
    json::object backend_settings;
    json::object default_settings;  ///< of murmur.yaml, by backend
    std::string git_name;
    std::string git_email;
    std::string service_profile;
    std::string default_service_profile;  ///< of murmur.yaml
    std::int64_t sleep_after_ms = 0;
};

/// Throws invalid_argument for what cannot be, and for fields that contradict each other, by their names.
SpawnFields read_spawn_fields(const FieldReader& request);

/// Throws invalid_argument for a prompt that is too long for a message.
void check_prompt(const std::string& prompt);
/// The tasks of a list of subjects. Throws invalid_argument for an empty one, and for too many.
std::vector<Task> tasks_of(const std::vector<std::string>& subjects, const std::string& path);
/// "https://…", "git@host:path", an absolute path… Throws invalid_argument with what would do.
void check_spawn_url(const std::string& url, const std::string& path);

}
