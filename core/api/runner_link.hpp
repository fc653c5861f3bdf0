#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <murmur/log.hpp>
#include <vector>

#include "api/secret_delivery.hpp"
#include "engine/engine.hpp"
#include "http/http_types.hpp"

namespace murmur {

/// What runners are told besides what is in the agent.
struct RunnerEndpointOptions {
    std::vector<std::filesystem::path> plugin_dirs;                            ///< where backends are, in order
    std::function<json::object(const std::string& backend)> backend_settings;  ///< the operator's
    std::function<AgentSecrets(const Agent& agent)> secrets;                   ///< empty: there are none
    /// The manifest with that id; empty: there are no snapshots.
    std::function<std::optional<json::object>(const std::string& id)> snapshot = {};
    std::chrono::milliseconds base_check_interval{30'000};  ///< between two looks at the bases of an agent's branches
};

/// The daemon's end of the runner protocol (share/proto/murmur/runner/v1).
class RunnerEndpoint {
public:
    /// Engine, box and logger must outlive every connection.
    RunnerEndpoint(Engine& engine, const SecretBox& box, Logger& logger, RunnerEndpointOptions options);

    /// For HttpServer::add_websocket. Throws unauthenticated for a token that was not made here.
    http::WebSocketEvents accept(const http::Request& request, std::shared_ptr<http::WebSocket> socket);

    static constexpr const char* path = "/murmur.runner.v1/attach";

private:
    Engine& engine_;
    const SecretBox& box_;
    Logger& logger_;
    RunnerEndpointOptions options_;
};

}
