#include "api/agent_lookup.hpp"

#include <algorithm>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>
#include <sstream>

#include "api/workspace_choice.hpp"

namespace murmur {

namespace {

std::vector<std::string> split_path(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, '/');)
        if (!part.empty()) parts.push_back(part);
    return parts;
}

/// Who vouches for the account in the segment before it: "u" and "s" are short for it, or its name stands there.
std::string owner_provider(const std::string& segment, const Tenant& tenant) {
    if (segment == "s" || segment == "service_profile") return "service_profile";
    if (segment == "u" || segment == "github_oauth" || segment == "local") return account_provider(tenant);
    throw Error(Errc::invalid_argument, "unknown owner_provider '" + segment + "'")
        .with_hint("Write /w/<workspace>/u/<account>/<slug>, or s for a service profile.");
}

/// "/w/<workspace>/u/<account>/<slug>…" or "/u/<account>/<slug>…".
void read_absolute(const std::string& text, AgentId& id) {
    std::vector<std::string> parts = split_path(text);
    std::size_t next = 0;
    if (parts.size() > 2 && parts[0] == "w") {
        id.workspace = parts[1];
        next = 2;
    }
    if (parts.size() < next + 3)
        throw Error(Errc::invalid_argument,
                    "agent \"" + text + "\" must have the form /w/<workspace>/u/<account>/<slug>");
    id.owner_provider = owner_provider(parts[next], id.tenant);
    id.account = parts[next + 1];
    id.path.assign(parts.begin() + static_cast<std::ptrdiff_t>(next) + 2, parts.end());
}

/// What an agent means by a name without "/" in front: itself, what is below it, or its child.
void read_relative_to(const Principal& agent, AgentId& id) {
    const std::vector<std::string> own = split_path(agent.name);
    if (id.workspace.empty()) id.workspace = agent.workspace;
    const bool is_own = id.path.size() >= own.size() && std::equal(own.begin(), own.end(), id.path.begin());
    if (!is_own) id.path.insert(id.path.begin(), own.begin(), own.end());
}

/// The agent that asks.
AgentId own_id(const Caller& caller) {
    return {caller.tenant, caller.provider, caller.account, caller.principal.workspace,
            split_path(caller.principal.name)};
}

Error agent_not_found(ApiContext& context, const Caller& caller, const AgentId& id) {
    std::vector<std::string> slugs;
    for (const AgentRow& row : context.reader.list_agents({tenant_key(id.tenant), id.workspace, "", true}))
        if (is_allowed(context, caller, "agent.read", row)) slugs.push_back(row.slug);
    const std::string nearest = did_you_mean(id.slug(), slugs);
    return Error(Errc::not_found, "agent \"" + id.slug() + "\" not found")
        .with_hint(nearest.empty() ? "List the agents there are with: murmur ls -a" : nearest);
}

Agent find_in_any_workspace(ApiContext& context, const Caller& caller, const AgentId& id) {
    std::vector<Agent> alive, ended;
    for (const std::string& workflow_id : context.reader.find_slug(tenant_key(id.tenant), id.account, id.slug()))
        if (auto agent = context.reader.find_agent(workflow_id); agent && agent->id.owner_provider == id.owner_provider)
            (is_terminal(agent->phase) ? ended : alive).push_back(std::move(*agent));
    std::vector<Agent>& found = alive.empty() ? ended : alive;
    if (found.empty()) throw agent_not_found(context, caller, id);
    if (found.size() == 1) return std::move(found.front());
    std::string workspaces;
    for (const Agent& agent : found) workspaces += (workspaces.empty() ? "" : ", ") + agent.id.workspace;
    throw Error(Errc::invalid_argument, "agent \"" + id.slug() + "\" is in several workspaces: " + workspaces)
        .with_hint("Say which with --workspace.");
}

/// The agent of that slug of the only service profile that has one: a living one before those that have ended.
AgentId find_service_agent(ApiContext& context, const Caller& caller, const AgentId& wanted) {
    std::vector<AgentId> alive, ended;
    for (const AgentRow& row : context.reader.list_agents({tenant_key(caller.tenant), wanted.workspace, "", true})) {
        if (row.slug != wanted.slug()) continue;
        AgentId id{wanted.tenant, "service_profile", row.owner, row.workspace, wanted.path};
        if (id.workflow_id() != row.workflow_id || !is_allowed(context, caller, "agent.read", row)) continue;
        const std::optional<Agent> agent = context.reader.find_agent(row.workflow_id);
        if (agent) (is_terminal(agent->phase) ? ended : alive).push_back(std::move(id));
    }
    std::vector<AgentId>& found = alive.empty() ? ended : alive;
    if (found.empty())
        throw Error(Errc::not_found, "no service profile has an agent \"" + wanted.slug() + "\"")
            .with_hint("List the agents of everybody with: murmur ls -a -A");
    if (found.size() == 1) return std::move(found.front());
    std::string places;
    for (const AgentId& id : found)
        places += (places.empty() ? "/w/" : ", /w/") + id.workspace + "/s/" + id.account + "/" + id.slug();
    throw Error(Errc::invalid_argument, "agent \"" + wanted.slug() + "\" is there several times: " + places)
        .with_hint("Say which, by its whole name.");
}

}

AgentId resolve_agent(const Caller& caller, const std::string& slug, const std::string& workspace) {
    const bool is_agent = caller.principal.kind == PrincipalKind::agent;
    if (slug.empty() && is_agent) return own_id(caller);
    if (slug.empty()) throw Error(Errc::invalid_argument, "slug required");
    AgentId id{caller.tenant, caller.provider, caller.account, workspace, {}};
    if (slug.front() == '/') {
        read_absolute(slug, id);
    } else {
        id.path = split_path(slug);
        if (is_agent) read_relative_to(caller.principal, id);
    }
    if (id.path.empty()) throw Error(Errc::invalid_argument, "slug required");
    for (const std::string& part : id.path) check_slug(part);
    return id;
}

AgentId new_agent_id(const Caller& caller, const std::string& slug, const std::string& workspace) {
    AgentId id{caller.tenant, caller.provider, caller.account, workspace, {slug}};
    if (caller.principal.kind == PrincipalKind::agent) {
        id.path = split_path(caller.principal.name);
        id.path.push_back(slug);
        if (workspace.empty()) id.workspace = caller.principal.workspace;
    }
    return id;
}

Agent find_agent_by_id(ApiContext& context, const Caller& caller, const AgentId& id) {
    if (id.workspace.empty()) return find_in_any_workspace(context, caller, id);
    if (auto agent = context.reader.find_agent(id.workflow_id())) return std::move(*agent);
    get_workspace(context, caller, id.workspace);
    throw agent_not_found(context, caller, id);
}

Agent find_agent(ApiContext& context, const Caller& caller, const FieldReader& request, std::string_view permission) {
    static const json::object nobody;
    const json::object* reference = request.find_object("agent");
    if (!reference && caller.principal.kind != PrincipalKind::agent)
        throw Error(Errc::invalid_argument, "agent is required");
    const FieldReader fields(reference ? *reference : nobody, "agent");
    const std::string slug = fields.get_string("slug", "");
    AgentId id = resolve_agent(caller, slug, fields.get_string("workspace", ""));
    if (fields.get_bool("service", false) && slug.front() != '/') id = find_service_agent(context, caller, id);
    // Before it is looked up: who may not see it does not learn either whether it is there.
    authorize(context, caller, permission, id);
    return find_agent_by_id(context, caller, id);
}

Agent wait_until_not(ApiContext& context, Agent agent, bool (*condition)(const Agent&)) {
    // A substrate has as long for one call; a client waits no longer either.
    constexpr std::chrono::minutes patience{2};
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const auto changes = std::make_shared<Locked<int>>();
    const auto subscription = context.engine.hub().subscribe(agent.row, [changes] {
        ++*changes->lock();
        changes->notify_all();
    });
    for (int seen = 0;;) {
        if (auto stored = context.reader.find_agent(agent.id.workflow_id())) agent = std::move(*stored);
        if (!condition(agent)) return agent;
        auto held = changes->lock();
        if (!held.wait_until(deadline, [seen](int count) { return count != seen; }))
            throw Error(Errc::deadline_exceeded, "agent \"" + agent.id.slug() + "\" is still changing");
        seen = *held;
    }
}

std::string read_request_id(const FieldReader& request) {
    constexpr std::size_t request_id_bytes_max = 64;
    std::string id = request.get_string("request_id", "");
    const bool fits = id.size() <= request_id_bytes_max && std::all_of(id.begin(), id.end(), [](unsigned char c) {
                          return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                      });
    if (!fits)
        throw Error(Errc::invalid_argument, "request_id is not an id")
            .with_hint("Use at most 64 letters, digits and dashes, for example a UUID.");
    return id;
}

}
