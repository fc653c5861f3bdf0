#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "api/api_context.hpp"
#include "api/methods.hpp"
#include "api/runner_link.hpp"
#include "http/http_server.hpp"
#include "runtime/worker_pool.hpp"

namespace murmur {

/// Puts the API on a server: the Connect methods and streams, the runners' door, /healthz and /metrics.
class ApiServer {
public:
    /// Everything given must outlive this. `more_metrics` is added to /metrics, in its text format.
    ApiServer(http::HttpServer& server, ApiContext& context, RunnerEndpoint& runners, Logger& logger,
              std::function<std::string()> more_metrics);
    /// Ends the work of open watches; call it after the server has stopped and before the context goes.
    void stop() { watch_workers_.stop(); }
    /// When the last request of a person or program came; for exit_when_idle.
    std::chrono::steady_clock::time_point last_request() const { return last_request_.load(); }

private:
    void add_watch(const std::string& method, bool is_session);
    http::Response answer(const UnaryMethod& method, const http::Request& request);
    Caller enter(const http::Request& request, std::string_view method);

    http::HttpServer& server_;
    ApiContext& context_;
    Logger& logger_;
    WorkerPool watch_workers_;
    std::atomic<std::chrono::steady_clock::time_point> last_request_{std::chrono::steady_clock::now()};
};

}
