#pragma once

#include <memory>
#include <thread>

#include "api/api_server.hpp"
#include "api/blob_endpoint.hpp"
#include "base/file.hpp"
#include "base/locked.hpp"
#include "catalog/catalog.hpp"
#include "config/operator_config.hpp"
#include "daemon/daemon_options.hpp"
#include "daemon/snapshot_keeper.hpp"
#include "logging/log.hpp"
#include "plugins/plugin_host.hpp"

namespace murmur {

/// The composition root: every part of a running murmurd, built in order and taken down in reverse.
class DaemonParts {
public:
    /// Builds everything up to listening. Throws what hinders it; then nothing is left behind.
    DaemonParts(OperatorConfig config, const DaemonOptions& options, std::shared_ptr<Log> log);
    ~DaemonParts();
    DaemonParts(const DaemonParts&) = delete;
    DaemonParts& operator=(const DaemonParts&) = delete;

    /// Whether nothing lives and nobody has asked for `exit_when_idle`.
    bool is_idle_for(std::chrono::milliseconds duration);
    /// Calls into plugins that were given up and still run.
    std::uint64_t abandoned_calls() const { return plugins_.abandoned_calls(); }
    const std::filesystem::path& socket() const { return socket_; }
    const std::string& tcp_address() const { return tcp_address_; }

private:
    std::shared_ptr<Substrate> substrate(const std::string& name);
    EngineOptions engine_options();
    ApiOptions api_options();
    void listen();
    void settle_secrets();

    OperatorConfig config_;
    std::shared_ptr<Log> log_;
    Fd state_lock_;
    std::filesystem::path socket_;
    std::string tcp_address_;
    std::vector<std::filesystem::path> plugin_dirs_;
    SystemClock clock_;
    PluginHost plugins_;
    Locked<std::map<std::string, std::shared_ptr<Substrate>>> substrates_;
    SecretBox box_;
    Engine engine_;
    std::unique_ptr<StoreReader> reader_;
    KindRegistry kinds_;
    std::unique_ptr<KeyService> keys_;
    SecretVault vault_;
    Catalog catalog_;
    Authorizer authorizer_;
    std::unique_ptr<BlobStore> blobs_;
    ApiContext context_;
    RunnerEndpoint runners_;
    http::HttpServer server_;
    ApiServer api_;
    BlobEndpoint blob_endpoint_;
    SnapshotKeeper snapshot_keeper_;
    std::thread settling_;  ///< goes on with what a crash cut off in the secrets
};

/// Fills in where state and socket are, and makes the folders. Flags win over the environment, that over the file.
void settle_directories(OperatorConfig& config, const DaemonOptions& options);
/// For PluginHost, from flags, environment and configuration.
PluginHostOptions plugin_host_options(const OperatorConfig& config, const DaemonOptions& options, Logger& log);

}
