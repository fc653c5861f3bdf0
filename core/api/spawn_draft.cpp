#include "api/spawn_draft.hpp"

#include "api/agent_lookup.hpp"
#include "api/assignment.hpp"
#include "api/budget_fields.hpp"
#include "api/spawn_choices.hpp"
#include "api/spawn_limits.hpp"
#include "api/spawn_source.hpp"
#include "api/workspace_choice.hpp"
#include "base/ids.hpp"

namespace murmur {

namespace {

/// How the source of a fork runs: that holds unless the request or its persona says something else.
SpawnWishes wishes_of_source(const Agent& source) {
    return {source.spec.model, source.spec.backend, source.on_idle, Budget()};
}

/// The tenant's limits hold for what is chosen by default; who asks for more by name is told.
Budget within_tenant(ApiContext& context, const Caller& caller, const Budget& asked, const Budget& chosen) {
    const Budget most = tenant_limits(context, caller);
    check_within(asked, most);
    return capped(chosen, most);
}

AgentSpec spec_of(const SpawnFields& fields, const Persona& persona, const SpawnIdentity& identity) {
    AgentSpec spec;
    spec.purpose = fields.purpose;
    spec.persona = fields.persona;
    spec.reasoning_effort = fields.reasoning_effort;
    spec.expected_output = fields.expected_output;
    spec.append_system_prompt = system_prompt(persona, fields.append_system_prompt);
    apply_persona(persona, spec);
    spec.pilot = fields.pilot.value_or(false);
    spec.service_profile = identity.service_profile;
    spec.session_mode = fields.session_mode.empty() ? "autonomous" : fields.session_mode;
    spec.git_name = identity.service_profile.empty() ? fields.git_name : identity.git_name;
    spec.git_email = identity.service_profile.empty() ? fields.git_email : identity.git_email;
    spec.sleep_after_ms = fields.sleep_after_ms;
    return spec;
}

/// What murmur.yaml says for the backend that was chosen, and over it what the request says. Where neither says a word,
/// those of `pattern`, if it runs the same one.
json::object settings_of(const SpawnFields& fields, const std::string& backend, const Agent* pattern) {
    json::object settings;
    if (const json::object* own = FieldReader(fields.default_settings, "defaults.backends").find_object(backend))
        settings = *own;
    for (const auto& setting : fields.backend_settings) settings.insert_or_assign(setting.key(), setting.value());
    if (settings.empty() && pattern && pattern->spec.backend == backend) return pattern->spec.backend_settings;
    return settings;
}

/// What the persona puts on a checklist that may be there already: of those that it made, nothing comes twice.
std::vector<Task> new_tasks(const SpawnFields& fields, const Persona& persona, const Agent* last) {
    std::vector<Task> tasks;
    if (!last || last->spec.persona != fields.persona) tasks = persona.tasks;
    tasks.insert(tasks.end(), fields.tasks.begin(), fields.tasks.end());
    return tasks;
}

void give_random_ids(command::Spawn& spawn) {
    spawn.machine_id = "m-" + random_hex(5);
    spawn.session_id = random_uuid();
    spawn.message_id = "f-" + random_hex(6);
}

void settle_place(ApiContext& context, WorkspaceChoice& workspace, const std::string& wanted_substrate,
                  AgentSpec& spec) {
    spec.substrate = choose_known(wanted_substrate.empty() ? workspace.substrate : wanted_substrate,
                                  context.options.substrates, "substrate");
    if (spec.substrate != workspace.substrate) return;  // what the workspace says is about another place
    spec.shape = std::move(workspace.shape);
    spec.machine_price = workspace.machine_price;
}

}

SpawnDraft draft_spawn(ApiContext& context, const Caller& caller, SpawnFields fields, SpawnIdentity identity) {
    // An agent's children run where it does.
    if (fields.workspace.empty() && caller.principal.kind == PrincipalKind::agent)
        fields.workspace = caller.principal.workspace;
    SpawnDraft draft;
    const Persona persona = get_persona(context, caller, fields.persona);
    std::optional<ForkSource> source;
    if (!fields.fork_from.empty()) source = find_fork_source(context, caller, fields.fork_from);
    if (source) {
        if (fields.workspace.empty()) fields.workspace = source->agent.id.workspace;
        fields.repos = repos_of_fork(*source, fields.repos);
    }
    std::optional<Agent> parent;
    if (caller.principal.kind == PrincipalKind::agent)
        parent = find_agent_by_id(context, caller, resolve_agent(caller, "", ""));
    WorkspaceChoice workspace =
        choose_workspace(context, caller, fields.workspace, fields.workspace_declared, fields.repos);

    std::vector<SpawnWishes> wishes{fields.wishes, persona.wishes};
    if (source) wishes.push_back(wishes_of_source(source->agent));
    wishes.push_back(workspace.wishes);
    wishes.push_back(fields.defaults);
    // The checkout of a child need not have the configuration with which its parent was spawned.
    if (parent) wishes.push_back({parent->spec.model, parent->spec.backend});
    SpawnChoices choices = choose_spawn(wishes, context.options);

    command::Spawn& spawn = draft.command;
    spawn.spec = spec_of(fields, persona, identity);
    spawn.spec.model = std::move(choices.model);
    spawn.spec.backend = std::move(choices.backend);
    const Agent* pattern = parent ? &*parent : nullptr;
    if (source) pattern = &source->agent;
    spawn.spec.backend_settings = settings_of(fields, spawn.spec.backend, pattern);
    check_backend_can(spawn.spec.backend, spawn.spec, context.options);
    settle_place(context, workspace, fields.substrate, spawn.spec);
    if (source) {
        check_fork(*source, spawn.spec.backend);
        spawn.spec.restore = source->snapshot.record.id;
        spawn.spec.is_fork = true;
    }
    spawn.repos = std::move(workspace.repos);
    spawn.on_idle = choices.on_idle;
    spawn.dequeue_strategy = fields.dequeue_strategy.value_or(DequeueStrategy::all);
    spawn.force_new = fields.force_new;
    spawn.budget = within_tenant(context, caller, fields.wishes.budget, choices.budget);
    if (source) spawn.tasks = source->agent.checklist.tasks;
    for (Task& task : new_tasks(fields, persona, source ? &source->agent : nullptr))
        spawn.tasks.push_back(std::move(task));
    draft.workspace = std::move(workspace.name);
    draft.identity = std::move(identity);
    draft.fields = std::move(fields);
    return draft;
}

command::Spawn finish_draft(ApiContext& context, const SpawnDraft& draft, AgentId id, const std::string& prompt,
                            const std::string& request_id) {
    command::Spawn spawn = draft.command;
    spawn.id = std::move(id);
    spawn.id.workspace = draft.workspace;
    spawn.spec.prompt = prompt;
    for (RepoWork& repo : spawn.repos)
        if (repo.branch.empty()) repo.branch = spawn.id.branch();
    if (!draft.fields.environment.empty())
        spawn.spec.sealed_environment =
            context.box.seal(json::serialize(draft.fields.environment), environment_purpose(spawn.id));
    give_random_ids(spawn);
    spawn.request_id = request_id;
    return spawn;
}

Engine::Submission spawn_submission(command::Spawn spawn) {
    Engine::Submission submission;
    submission.condition = [workspace = ResourceKey{tenant_key(spawn.id.tenant), "workspace", "", spawn.id.workspace}](
                               StoreWriter& store) {
        if (!store.resources().has_resource(workspace))
            throw Error(Errc::not_found, "workspace \"" + workspace.name + "\" not found")
                .with_hint("It was removed; murmur set workspace " + workspace.name + " brings it back.");
    };
    std::vector<AddressedCommand>& commands = submission.commands;
    std::string workflow_id = spawn.id.workflow_id();
    if (spawn.id.path.size() > 1) {
        AgentId parent = spawn.id;
        parent.path.pop_back();
        commands.push_back({parent.workflow_id(), command::AdoptChild{spawn.id, spawn.request_id}});
    }
    commands.push_back({std::move(workflow_id), std::move(spawn)});
    return submission;
}

command::Spawn draft_resurrection(ApiContext& context, const Caller& caller, const SpawnFields& fields,
                                  const Agent& old, const std::string& prompt, const std::string& request_id) {
    check_resurrectable(context, old);
    const Persona persona = get_persona(context, caller, fields.persona);
    command::Spawn spawn = resurrect_command(context, old, fields, persona);
    check_backend_can(spawn.spec.backend, spawn.spec, context.options);
    spawn.budget = within_tenant(context, caller, fields.wishes.budget, spawn.budget);
    spawn.tasks = new_tasks(fields, persona, &old);
    spawn.spec.prompt = prompt;
    give_random_ids(spawn);
    spawn.request_id = request_id;
    return spawn;
}

}
