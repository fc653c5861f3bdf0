#include "cli/command_context.hpp"

#include <cstdlib>
#include <filesystem>

#include "base/tenant_name.hpp"
#include "cli/interrupt.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

std::string environment_value(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

const RepoConfig& CommandContext::config() {
    if (config_) return *config_;
    RepoConfigQuery query;
    query.file = args.get("config");
    query.context = args.has("context") ? args.get("context") : environment_value("MURMUR_CONTEXT");
    if (!query.file.empty() && args.has("context")) throw usage_error("--config and --context exclude each other");
    std::error_code failed;
    query.start = std::filesystem::current_path(failed);
    if (failed) throw system_error(failed.value(), "cannot tell the current directory");
    const bool is_asked_for = command.needs_config || !query.file.empty() || !query.context.empty();
    try {
        config_ = load_repo_config(query);
    } catch (const Error& error) {
        // Agents that run are not to be out of reach because of what the next ones would be given.
        if (is_asked_for) throw;
        out.note("note: " + as_one_line(error.message()) + "; going on without this configuration\n");
        config_.emplace();
    }
    return *config_;
}

ServerAddress CommandContext::server() {
    if (const std::string server = environment_value("MURMUR_SERVER"); !server.empty())
        return parse_server_address(server);
    if (!config().server.empty()) return parse_server_address(config().server);
    return default_server_address();
}

void CommandContext::catch_interrupt() { cancel_fd_ = interrupt_fd(); }

ApiClient& CommandContext::client() {
    if (client_) return *client_;
    ApiOptions options;
    options.server = server();
    options.cancel_fd = cancel_fd_;
    // A repository may not send the developer's token to a server of its own choice. This user's own murmurd knows who
    // asks; a token for another server would only confuse it.
    const bool is_trusted = !environment_value("MURMUR_SERVER").empty() || config().server_is_private;
    if (is_trusted) options.token = environment_value("MURMUR_TOKEN");
    options.tenant = tenant();
    if (options.token.find_first_of("\r\n") != std::string::npos)
        throw Error(Errc::invalid_argument, "MURMUR_TOKEN has a line break").with_hint("Set it to the token alone.");
    client_ = std::make_unique<ApiClient>(std::move(options));
    return *client_;
}

std::string CommandContext::tenant() {
    if (args.has("tenant")) {
        const TenantName name = parse_tenant_name(args.get("tenant"));
        return name.provider + "/" + name.org;
    }
    // An agent belongs to one tenant, whatever the repository says that it works on.
    if (!environment_value("MURMUR_WORKFLOW_ID").empty()) return {};
    return config().tenant;
}

std::string CommandContext::workspace() {
    if (args.has("workspace")) return args.get("workspace");
    // An agent and its children are in one workspace, whatever the repository that it works on declares.
    if (is_agent()) return environment_value("MURMUR_WORKSPACE");
    return config().workspace;
}

CommandContext::Target CommandContext::target_named(const std::string& slug) {
    Target target{.slug = slug};
    target.ref["slug"] = slug;
    const bool is_absolute = slug.starts_with('/');
    const std::string space = is_absolute ? "" : workspace();
    if (!space.empty()) target.ref["workspace"] = space;
    return target;
}

bool CommandContext::is_agent() { return !environment_value("MURMUR_SLUG").empty(); }

CommandContext::Target CommandContext::service_target() {
    if (!args.has("service")) return target();
    if (args.positionals.empty())
        throw usage_error("service " + std::string(command.name) + " requires a slug")
            .with_hint("Usage: murmur " + std::string(command.name) + " --service <profile>/<slug>");
    const std::string& slug = args.positionals[0];
    if (slug.starts_with('/')) return target_named(slug);
    std::string path = slug;
    if (slug.find('/') == std::string::npos) {
        if (config().service_profile.empty())
            throw usage_error("--service does not say which service profile")
                .with_hint("Write <profile>/" + slug + ", or set service_profile in murmur.yaml.");
        path = config().service_profile + "/" + slug;
    }
    Target named{.slug = slug};
    named.ref["slug"] = "/s/" + path;
    if (const std::string space = workspace(); !space.empty()) named.ref["workspace"] = space;
    return named;
}

CommandContext::Target CommandContext::target(std::size_t positional) {
    if (positional < args.positionals.size()) return target_named(args.positionals[positional]);
    const std::string own_slug = environment_value("MURMUR_SLUG");
    if (own_slug.empty())
        throw usage_error("missing <slug>")
            .with_hint("Only an agent may leave it out, to mean itself; murmur ls shows the slugs.");
    Target target{.slug = own_slug, .is_self = true};
    target.ref["slug"] = own_slug;
    if (const std::string own = environment_value("MURMUR_WORKSPACE"); !own.empty()) target.ref["workspace"] = own;
    return target;
}

}
