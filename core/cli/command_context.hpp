#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/arguments.hpp"
#include "cli/out.hpp"
#include "client/api_client.hpp"
#include "config/repo_config.hpp"

namespace murmur {

/// What a command is given: its arguments, where to write, and, made when first asked for, the configuration and the
/// client. A command that needs neither pays for neither.
class CommandContext {
public:
    CommandContext(const CommandSpec& spec, const Arguments& arguments, Out& output)
        : command(spec), args(arguments), out(output) {}

    const CommandSpec& command;
    const Arguments& args;
    Out& out;

    /// Of the current directory, or of --config. One that cannot be read is said and left out, unless the command needs
    /// it or it was asked for by name.
    const RepoConfig& config();
    /// A client of MURMUR_SERVER, else of `server` in the configuration, else of this user's murmurd.
    ApiClient& client();
    ServerAddress server();
    /// Ctrl-C ends waits of client() with a `cancelled` Error, so that the command can say where it stopped. Call it
    /// before client().
    void catch_interrupt();

    /// --tenant, or the configuration's; empty: the caller's own. Throws invalid_argument.
    std::string tenant();
    /// The program runs within an agent's session: a slug left out means this agent.
    static bool is_agent();
    /// -w, or that of the agent that this runs in, or the configuration's; empty: none.
    std::string workspace();
    /// The agent that the command is about: the positional, or on an agent's machine the agent itself.
    /// Throws a usage error when neither is there.
    struct Target {
        std::string slug;
        bool is_self = false;
        json::object ref;  ///< AgentRef
        std::string label() const { return is_self ? "self" : slug; }
    };
    Target target(std::size_t positional = 0);
    Target target_named(const std::string& slug);
    /// As target(); with --service the first positional names an agent of a service profile: "<profile>/<slug>", or the
    /// slug alone for the configuration's profile.
    Target service_target();

private:
    std::optional<RepoConfig> config_;
    std::unique_ptr<ApiClient> client_;
    int cancel_fd_ = -1;
};

/// The value of an environment variable; empty when it is not set.
std::string environment_value(const char* name);

}
