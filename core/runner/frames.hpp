#pragma once

#include <base/redactor.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <murmur/backend.hpp>
#include <murmur/error.hpp>
#include <murmur/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace murmur::runner {

// The frames of share/proto/murmur/runner/v1/runner.proto as values.

struct RepoAssignment {
    std::string clone_url;
    std::string base_branch;
    std::string branch;
    std::string conflict_resolution;  ///< merge, rebase, none
};

struct Assignment {
    std::string workflow_id;
    std::string slug;
    std::string workspace;
    std::string account;
    std::vector<RepoAssignment> repos;
    std::string backend;
    json::object backend_settings;
    std::string model;
    std::string reasoning_effort;
    std::string append_system_prompt;
    std::string session_id;
    std::vector<UserMessage> messages;
    std::map<std::string, std::string> environment;  ///< memory only
    /// Finds those values of `environment` that may appear in no report.
    std::shared_ptr<const Redactor> redactor = std::make_shared<const Redactor>();
    std::string git_name;
    std::string git_email;
    std::string expected_output;
    std::vector<std::string> plugin_dirs;
    json::object checkpoint;
    std::vector<std::string> tools;
    std::vector<std::string> disallowed_tools;
    std::int64_t max_turns = 0;
    std::string session_mode;
    std::optional<json::object> restore;  ///< a Snapshot of the protocol
    bool fork = false;
    bool rescue = false;
    std::chrono::milliseconds base_check_interval{30'000};
};

struct StopCommand {
    std::string reason;
    bool hurry = false;
    bool discard = false;
};

struct AssessCommand {
    std::int64_t round = 0;
    std::string prompt;
};

/// Exactly one of the optional members is set, unless the kind is unknown to this version.
struct RunnerCommand {
    std::int64_t seq = 0;
    std::optional<Assignment> assignment = {};
    std::optional<std::vector<UserMessage>> messages = {};
    bool mid_turn = false;  ///< of `messages`
    bool interrupt = false;
    std::optional<StopCommand> stop = {};
    std::optional<AssessCommand> assess = {};
    std::vector<RepoAssignment> settings = {};  ///< conflict resolutions that have changed
};

struct Welcome {
    std::int64_t up_ack = 0;
    std::int64_t lease_ms = 0;
};

struct DownFrame {
    std::optional<Welcome> welcome = {};
    std::optional<std::string> fenced = {};  ///< its reason
    std::int64_t up_ack = 0;
    std::optional<RunnerCommand> command = {};
};

/// Throws invalid_argument for what is no frame. Unknown fields are ignored.
DownFrame parse_down_frame(std::string_view text);

struct Hello {
    std::string machine_id;
    std::int64_t incarnation = 0;
    std::string runner_id;
    std::int64_t pid = 0;
    std::string version;
};
std::string hello_frame(const Hello& hello, std::int64_t down_ack);

}
