#include "api/spawn_method.hpp"

#include <algorithm>
#include <cctype>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "api/agent_json.hpp"
#include "api/agent_lookup.hpp"
#include "api/assignment.hpp"
#include "api/spawn_limits.hpp"
#include "api/workspace_choice.hpp"
#include "base/ids.hpp"

namespace murmur {

namespace {

constexpr std::size_t purpose_characters_max = 240;
constexpr std::size_t prompt_bytes_max = 256 << 10;
constexpr std::size_t repos_max = 32;
constexpr std::size_t environment_max = 256;

std::size_t count_characters(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void check_clone_url(const std::string& url, const std::string& path) {
    const bool is_scheme = url.starts_with("https://") || url.starts_with("http://") || url.starts_with("ssh://") ||
                           url.starts_with("file:///");
    const std::size_t colon = url.find(':');
    const bool is_scp = colon != std::string::npos && colon > 0 && url.find('/') > colon && !is_scheme;
    if (is_scheme || is_scp || url.starts_with("/")) return;
    throw Error(Errc::invalid_argument, path + " \"" + url + "\" is not a clone URL")
        .with_hint("Use https://…, ssh://…, git@host:path, file:///… or an absolute path.");
}

std::vector<RepoWork> read_repos(const FieldReader& request) {
    std::vector<RepoWork> repos;
    const json::array* list = request.find_array("repos");
    if (!list) return repos;
    if (list->size() > repos_max)
        throw Error(Errc::invalid_argument, "more than " + std::to_string(repos_max) + " repos");
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string path = "repos[" + std::to_string(i) + "]";
        if (!(*list)[i].is_object()) throw Error(Errc::invalid_argument, path + " must be an object");
        const FieldReader repo((*list)[i].get_object(), path);
        repos.push_back({repo.get_string("clone_url"), repo.get_string("base_branch", ""),
                         repo.get_string("working_branch", ""), "", ConflictResolution::merge});
        check_clone_url(repos.back().clone_url, repo.path_of("clone_url"));
    }
    return repos;
}

std::string choose(const std::string& wanted, const std::vector<std::string>& known, const std::string& what) {
    if (std::find(known.begin(), known.end(), wanted) != known.end()) return wanted;
    const std::string nearest = did_you_mean(wanted, known);
    throw Error(Errc::not_found, what + " \"" + wanted + "\" not found")
        .with_hint(nearest.empty() ? "See what is loaded, and what was refused, with: murmur plugin ls" : nearest);
}

/// What the repository's configuration wishes for where the request says nothing.
FieldReader defaults_of(const FieldReader& request) {
    static const json::object none;
    const json::object* defaults = request.find_object("defaults");
    return FieldReader(defaults ? *defaults : none, "defaults");
}

/// Fills in backend, its settings, and the model: the repository's own model counts unless another backend was asked
/// for than the one it belongs to.
void choose_backend(ApiContext& context, const FieldReader& request, AgentSpec& spec) {
    const FieldReader defaults = defaults_of(request);
    spec.model = request.get_string("model", "");
    std::string name = request.get_string("backend", "");
    if (name.empty()) name = context.options.backend_of_model(spec.model);
    const std::string own_model = defaults.get_string("model", "");
    std::string own_backend = defaults.get_string("backend", "");
    if (own_backend.empty()) own_backend = context.options.backend_of_model(own_model);
    if (spec.model.empty() && (name.empty() || name == own_backend)) spec.model = own_model;
    if (name.empty()) name = own_backend;
    if (name.empty()) name = context.options.default_backend;
    spec.backend = choose(name, context.options.backends, "backend");
    if (const json::object* settings = defaults.find_object("backends"))
        if (const json::object* own = FieldReader(*settings, "defaults.backends").find_object(spec.backend))
            spec.backend_settings = *own;
    if (const json::object* settings = request.find_object("backend_settings"))
        for (const auto& setting : *settings) spec.backend_settings[setting.key()] = setting.value();
}

json::object read_environment(const FieldReader& request) {
    json::object environment;
    const json::array* list = request.find_array("env");
    if (!list) return environment;
    if (list->size() > environment_max)
        throw Error(Errc::invalid_argument, "more than " + std::to_string(environment_max) + " variables");
    for (const json::value& entry : *list) {
        if (!entry.is_object()) throw Error(Errc::invalid_argument, "env must be a list of {name, value}");
        const FieldReader variable(entry.get_object(), "env");
        const std::string name = variable.get_string("name");
        const bool is_word =
            !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) &&
            std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
        if (!is_word) throw Error(Errc::invalid_argument, "\"" + name + "\" is not a name for an environment variable");
        if (name.starts_with("MURMUR_"))
            throw Error(Errc::invalid_argument, "variable \"" + name + "\" is reserved (MURMUR_* is internal)");
        environment[name] = variable.get_string("value", "");
    }
    return environment;
}

AgentSpec read_spec(ApiContext& context, const FieldReader& request) {
    AgentSpec spec;
    spec.prompt = request.get_string("prompt", "");
    spec.purpose = request.get_string("purpose", "");
    spec.persona = request.get_string("persona", "");
    spec.reasoning_effort = request.get_string("reasoning_effort", "");
    spec.expected_output = request.get_string("expected_output", "");
    spec.append_system_prompt = request.get_string("append_system_prompt", "");
    spec.session_mode = request.get_string("session_mode", "autonomous");
    spec.git_name = request.get_string("git_name", "");
    spec.git_email = request.get_string("git_email", "");
    choose_backend(context, request, spec);

    if (count_characters(spec.purpose) > purpose_characters_max)
        throw Error(Errc::invalid_argument,
                    "purpose is longer than " + std::to_string(purpose_characters_max) + " characters");
    if (spec.prompt.size() > prompt_bytes_max)
        throw Error(Errc::invalid_argument, "prompt is longer than " + std::to_string(prompt_bytes_max) + " bytes")
            .with_hint("Put long material into a file of the repository and point to it.");
    const auto refuse = [](const std::string& what) {
        throw Error(Errc::unimplemented, what + " is not available in this version");
    };
    if (!spec.persona.empty()) refuse("a persona");
    if (!request.get_strings("tasks").empty()) refuse("a task checklist");
    if (spec.session_mode != "autonomous") refuse("session mode \"" + spec.session_mode + "\"");
    return spec;
}

}

json::object spawn_agent(ApiContext& context, const Caller& caller, const FieldReader& request) {
    command::Spawn spawn;
    const std::string slug = request.get_string("slug", "");
    check_slug(slug);
    spawn.spec = read_spec(context, request);
    spawn.on_idle = parse_on_idle(request.get_string("on_idle", defaults_of(request).get_string("on_idle", "")));
    if (spawn.on_idle == OnIdle::terminate_when_prs_resolved)
        throw Error(Errc::unimplemented, "--on-idle terminate-when-prs-resolved is not available in this version")
            .with_hint("Use keep-alive, sleep or terminate.");
    spawn.dequeue_strategy = parse_dequeue_strategy(request.get_string("dequeue_strategy", ""));
    spawn.force_new = request.get_bool("force_new", false);
    const json::object environment = read_environment(request);
    spawn.repos = read_repos(request);
    spawn.id = new_agent_id(caller, slug, request.get_string("workspace", ""));
    authorize(context, caller, "agent.create", spawn.id);
    WorkspaceChoice workspace = choose_workspace(context, caller, spawn.id.workspace, request, std::move(spawn.repos));
    spawn.id.workspace = workspace.name;
    check_spawn_limits(context, caller, spawn.id);
    spawn.repos = std::move(workspace.repos);
    const std::string substrate = request.get_string("substrate", "");
    spawn.spec.substrate =
        choose(substrate.empty() ? workspace.substrate : substrate, context.options.substrates, "substrate");
    if (spawn.spec.substrate == workspace.substrate) spawn.spec.shape = std::move(workspace.shape);
    for (RepoWork& repo : spawn.repos)
        if (repo.branch.empty()) repo.branch = spawn.id.branch();
    if (!environment.empty())
        spawn.spec.sealed_environment = context.box.seal(json::serialize(environment), environment_purpose(spawn.id));
    spawn.machine_id = "m-" + random_hex(5);
    spawn.session_id = random_uuid();
    spawn.message_id = "f-" + random_hex(6);
    spawn.request_id = read_request_id(request);

    const std::string workflow_id = spawn.id.workflow_id();
    const Agent agent = context.engine.execute(workflow_id, std::move(spawn));
    return {{"agentId", agent_id_json(agent.id)},
            {"workflowId", workflow_id},
            {"slug", agent.id.slug()},
            {"workspace", agent.id.workspace},
            {"branch", agent.repos.front().branch}};
}

}
