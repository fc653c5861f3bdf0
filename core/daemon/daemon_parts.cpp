#include "daemon/daemon_parts.hpp"

#include <unistd.h>

#include <cstdlib>
#include <murmur/error.hpp>

#include "api/secret_delivery.hpp"
#include "base/paths.hpp"
#include "base/tenant_name.hpp"
#include "base/version.hpp"
#include "daemon/catalog_parts.hpp"
#include "daemon/model_prices.hpp"
#include "plugins/plugin_search.hpp"

namespace murmur {

namespace {

// How long answers that are on their way may take when murmurd is told to end.
constexpr std::chrono::seconds drain_grace{5};

// How long a killed murmurd may take to let go of its state directory, and how often that is looked at.
constexpr std::chrono::milliseconds dying_grace{1000};
constexpr std::chrono::milliseconds lock_poll_interval{5};

std::filesystem::path settle(const std::filesystem::path& flag, const char* variable,
                             const std::filesystem::path& configured, std::filesystem::path (*fallback)()) {
    if (!flag.empty()) return flag;
    const char* value = std::getenv(variable);
    if ((value && *value) || configured.empty()) return fallback();
    return configured;
}

/// Only one murmurd may write a state directory.
Fd lock_state(const std::filesystem::path& dir) {
    const std::filesystem::path file = dir / "lock";
    Fd lock = try_lock_file(file);
    // One that was killed keeps it until the kernel has taken it apart, which nothing tells.
    const auto deadline = std::chrono::steady_clock::now() + dying_grace;
    while (!lock && std::chrono::steady_clock::now() < deadline) {
        SystemClock().sleep_for(lock_poll_interval, {});
        lock = try_lock_file(file);
    }
    if (!lock) {
        std::string pid = read_file(file, 64);
        while (!pid.empty() && pid.back() == '\n') pid.pop_back();
        throw Error(Errc::already_exists,
                    "another murmurd (pid " + pid + ") uses the state directory \"" + dir.string() + "\"")
            .with_hint("Use that one, stop it with `murmur daemon stop`, or give this one another --state-dir.");
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(lock.get(), 0) != 0 || ::pwrite(lock.get(), pid.data(), pid.size(), 0) < 0)
        throw system_error(errno, "cannot write \"" + file.string() + "\"");
    return lock;
}

Catalog::Transact resource_transact(Engine& engine) {
    return [&engine](std::function<void(ResourceWriter&)> change) {
        engine.transact([&change](StoreWriter& store) { change(store.resources()); });
    };
}

EngineSeams engine_seams(const std::filesystem::path& state_dir) {
    EngineSeams seams;
    seams.reserve = open_disk_reserve(state_dir / "reserve");
    return seams;
}

ApiToken api_token(const OperatorConfig::Token& token, const Tenant& own) {
    Tenant tenant = own;
    if (auto name = find_tenant_name(token.tenant)) tenant = {std::move(name->provider), std::move(name->org)};
    if (token.account.empty()) return {token.sha256, service_profile_principal(tenant, token.service_profile)};
    Principal principal = user_principal(tenant, token.account);
    principal.is_org_admin = token.admin;
    return {token.sha256, std::move(principal)};
}

bool is_loopback(const std::string& address) {
    return address.starts_with("127.") || address.starts_with("localhost:") || address.starts_with("[::1]");
}

}

void settle_directories(OperatorConfig& config, const DaemonOptions& options) {
    config.state_dir = settle(options.state_dir, "MURMUR_STATE_DIR", config.state_dir, state_dir);
    config.runtime_dir = settle(options.runtime_dir, "MURMUR_RUNTIME_DIR", config.runtime_dir, runtime_dir);
    if (config.secrets_key_file.empty()) config.secrets_key_file = config.state_dir / "secrets.key";
    make_private_dir(config.state_dir);
    make_private_dir(config.runtime_dir);
    // What the daemon starts must find, or be kept from, the same folders, however they were settled.
    ::setenv("MURMUR_STATE_DIR", config.state_dir.c_str(), 1);
    ::setenv("MURMUR_RUNTIME_DIR", config.runtime_dir.c_str(), 1);
}

PluginHostOptions plugin_host_options(const OperatorConfig& config, const DaemonOptions& options, Logger& log) {
    PluginHostOptions host;
    std::vector<std::filesystem::path> named = options.plugin_dirs;
    named.insert(named.end(), config.plugin_dirs.begin(), config.plugin_dirs.end());
    host.dirs = plugin_search_path(named);
    if (config.plugin_allow) {
        host.allowed.emplace();
        for (const auto& entry : *config.plugin_allow) host.allowed->push_back({entry.name, entry.sha256});
    }
    host.settings = config.plugin_settings;
    host.state_dir = config.state_dir;
    host.logger = &log;
    return host;
}

DaemonParts::DaemonParts(OperatorConfig config, const DaemonOptions& options, std::shared_ptr<Log> log)
    : config_(std::move(config)),
      log_(std::move(log)),
      state_lock_(lock_state(config_.state_dir)),
      socket_(config_.runtime_dir / socket_name),
      plugin_dirs_(plugin_host_options(config_, options, *log_).dirs),
      plugins_(plugin_host_options(config_, options, *log_)),
      box_(config_.state_dir),
      engine_(engine_options(), open_sqlite_writer(config_.state_dir), box_, clock_, *log_,
              engine_seams(config_.state_dir)),
      reader_(open_sqlite_reader(config_.state_dir)),
      kinds_(make_kind_registry(
          plugins_, [this](const std::string& name) { return substrate(name); }, *log_)),
      keys_(open_key_file(config_.secrets_key_file)),
      vault_(*keys_, reader_->resources(), resource_transact(engine_), clock_),
      catalog_(kinds_, make_builtins(kinds_), reader_->resources(), resource_transact(engine_), vault_, clock_),
      authorizer_(policy_source(catalog_), *log_),
      blobs_(open_blob_directory(config_.state_dir / "blobs", clock_)),
      context_{engine_, *reader_, box_, clock_, api_options(), authorizer_, catalog_, vault_, *blobs_},
      runners_(engine_, box_, *log_,
               {plugin_dirs_,
                [this](const std::string& backend) {
                    const auto settings = config_.plugin_settings.find(backend);
                    return settings == config_.plugin_settings.end() ? json::object() : settings->second;
                },
                [this](const Agent& agent) { return open_agent_secrets(reader_->resources(), vault_, agent); },
                [this](const std::string& id) -> std::optional<json::object> {
                    auto found = reader_->find_snapshot(id);
                    return found ? std::optional<json::object>(std::move(found->record.manifest)) : std::nullopt;
                },
                config_.base_check_interval}),
      server_({}, log_),
      api_(server_, context_, runners_, *log_, [this] { return plugins_.metrics_text(); }),
      blob_endpoint_(*reader_, box_, *blobs_, *log_),
      snapshot_keeper_(*reader_, [this](const auto& change) { engine_.transact(change, Engine::Room::makes); }, *blobs_,
                       clock_, *log_, {.retention = config_.snapshot_retention}) {
    blob_endpoint_.add_to(server_);
    listen();
    engine_.start();
    server_.start();
    snapshot_keeper_.start();
    settling_ = std::thread([this] { settle_secrets(); });
}

DaemonParts::~DaemonParts() {
    server_.stop(drain_grace);
    api_.stop();
    snapshot_keeper_.stop();
    engine_.stop();
    settling_.join();  // without an engine it has nothing left to do
}

void DaemonParts::settle_secrets() {
    const auto failed = [this](const std::string& tenant, const Error& error) {
        log_->log(LogLevel::error, "secrets of a tenant are not settled",
                  {{"tenant", tenant}, {"error", error.message()}, {"hint", error.hint()}});
    };
    try {
        vault_.settle(failed);
    } catch (...) {
        failed("", current_error());
    }
}

void DaemonParts::listen() {
    server_.listen_unix(socket_);
    if (config_.listen_tcp.empty()) return;
    if (!is_loopback(config_.listen_tcp))
        throw Error(Errc::invalid_argument,
                    "listen address \"" + config_.listen_tcp + "\" is not of this computer, and there is no TLS")
            .with_hint("Listen on 127.0.0.1 and put a TLS proxy in front of it.");
    if (config_.tokens.empty())
        throw Error(Errc::invalid_argument, "a TCP listener needs at least one entry under tokens")
            .with_hint("Add {account, sha256} of a bearer token to murmurd.yaml.");
    tcp_address_ = server_.listen_tcp(config_.listen_tcp);
}

bool DaemonParts::is_idle_for(std::chrono::milliseconds duration) {
    return engine_.alive_agents() == 0 && std::chrono::steady_clock::now() - api_.last_request() >= duration;
}

std::shared_ptr<Substrate> DaemonParts::substrate(const std::string& name) {
    auto made = substrates_.lock();
    std::shared_ptr<Substrate>& entry = (*made)[name];
    if (!entry) entry = plugins_.make_substrate(name);
    return entry;
}

EngineOptions DaemonParts::engine_options() {
    EngineOptions options;
    options.lease = config_.lease;
    options.policy.sleep_after = config_.sleep_after;
    options.policy.depth_max = config_.max_depth;
    options.policy.children_max = config_.max_children;
    options.policy.prices = std::make_shared<PriceTable>(load_model_prices(share_dir() / "prices" / "models.yaml"));
    options.runner_program = (executable_dir() / "murmur-runner").string();
    options.server = "unix:" + socket_.string();
    options.substrate = [this](const std::string& name) { return substrate(name); };
    return options;
}

ApiOptions DaemonParts::api_options() {
    ApiOptions options;
    options.tenant = {"local", user_name()};
    options.default_backend = config_.default_backend;
    options.default_substrate = config_.default_substrate;
    options.backends = plugins_.backend_names();
    options.substrates = plugins_.substrate_names();
    std::vector<std::pair<std::string, std::string>> prefixes;
    for (const std::string& name : options.backends) {
        const BackendCapabilities& known = options.backend_capabilities[name] =
            plugins_.make_backend(name)->capabilities();
        for (const std::string& prefix : known.model_prefixes) prefixes.emplace_back(prefix, name);
    }
    options.backend_of_model = [prefixes](const std::string& model) {
        for (const auto& [prefix, name] : prefixes)
            if (model.starts_with(prefix)) return name;
        return std::string();
    };
    options.plugins = [this] {
        json::array list;
        for (const PluginRecord& record : plugins_.records()) list.push_back(to_json(record));
        return list;
    };
    for (const auto& token : config_.tokens) options.tokens.push_back(api_token(token, options.tenant));
    options.agents_max = static_cast<std::size_t>(config_.max_agents);
    options.version = program_version();
    options.commit = program_commit();
    options.state_dir = config_.state_dir.string();
    options.started_at = clock_.now();
    return options;
}

}
