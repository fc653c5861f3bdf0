#include "api/spawn_source.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "api/agent_lookup.hpp"
#include "api/assignment.hpp"
#include "api/budget_fields.hpp"
#include "api/repo_choice.hpp"
#include "api/spawn_choices.hpp"

namespace murmur {

namespace {

std::string quoted(const Agent& agent) { return "agent \"" + agent.id.slug() + "\""; }

/// It had a checkout, whose branch is pushed before the session begins.
bool ever_ran(const Agent& agent) {
    return std::any_of(agent.repos.begin(), agent.repos.end(), [](const RepoWork& repo) { return !repo.head.empty(); });
}

/// Its branch is on the origin, with all the commits that it is known to have made.
bool is_pushed(const Agent& agent) {
    return ever_ran(agent) && std::all_of(agent.commits.begin(), agent.commits.end(),
                                          [](const CommitNote& commit) { return commit.pushed; });
}

/// The newest snapshot of the agent's life; an earlier one that force_new has put aside is not of it.
std::optional<StoredSnapshot> newest_snapshot(ApiContext& context, const Agent& agent) {
    for (StoredSnapshot& snapshot : context.reader.snapshots_of(agent.row)) {
        const bool is_noted = agent.snapshot && snapshot.record.id == agent.snapshot->id;
        if (is_noted || snapshot.record.incarnation == agent.incarnation) return std::move(snapshot);
    }
    return std::nullopt;
}

bool has_kept_machine(const Agent& agent) { return agent.machine && agent.machine->phase == MachinePhase::kept; }

void merge(std::string& old, const std::string& given) {
    if (!given.empty()) old = given;
}

/// Repositories stay; how their conflicts end may be said anew.
void merge_repos(const Agent& old, const std::vector<WantedRepo>& wanted, std::vector<RepoWork>& repos) {
    for (const WantedRepo& repo : wanted) {
        const auto known = std::find_if(repos.begin(), repos.end(), [&](const RepoWork& other) {
            return is_same_repository(other.clone_url, repo.clone_url);
        });
        const bool is_other_branch =
            known != repos.end() && !repo.working_branch.empty() && repo.working_branch != known->branch;
        if (known == repos.end() || is_other_branch)
            throw Error(Errc::invalid_argument,
                        quoted(old) + " goes on with its own repositories and branches, and \"" + repo.clone_url +
                            (is_other_branch ? "=:" + repo.working_branch : "") + "\" is not among them")
                .with_hint("Leave out --repo, or begin an agent of another slug with --fork-from " + old.id.slug() +
                           ".");
        if (!repo.base_branch.empty()) known->base_branch = repo.base_branch;
        if (repo.conflict_resolution) known->conflict_resolution = *repo.conflict_resolution;
    }
}

/// What was sealed before, and over it what is given now.
std::string merge_environment(ApiContext& context, const Agent& old, const json::object& given) {
    if (given.empty()) return old.spec.sealed_environment;
    const std::string purpose = environment_purpose(old.id);
    json::object merged;
    if (!old.spec.sealed_environment.empty())
        merged = parse_json(context.box.open(old.spec.sealed_environment, purpose).reveal(), "sealed environment")
                     .as_object();
    for (const auto& variable : given) merged.insert_or_assign(variable.key(), variable.value());
    return context.box.seal(json::serialize(merged), purpose);
}

void merge_spec(const Agent& old, const SpawnFields& fields, const Persona& persona, AgentSpec& spec) {
    merge(spec.purpose, fields.purpose);
    merge(spec.model, fields.wishes.model.empty() ? persona.wishes.model : fields.wishes.model);
    merge(spec.reasoning_effort, fields.reasoning_effort);
    merge(spec.expected_output, fields.expected_output);
    merge(spec.session_mode, fields.session_mode);
    if (old.id.owner_provider != "service_profile") {  // that one commits as itself, whoever calls it back
        merge(spec.git_name, fields.git_name);
        merge(spec.git_email, fields.git_email);
    }
    if (!fields.persona.empty()) {
        spec.persona = fields.persona;
        apply_persona(persona, spec);
        spec.append_system_prompt = system_prompt(persona, fields.append_system_prompt);
    } else if (!fields.append_system_prompt.empty()) {
        // The persona's prompt is in it, as it was then.
        spec.append_system_prompt += (spec.append_system_prompt.empty() ? "" : "\n\n") + fields.append_system_prompt;
    }
    if (!fields.backend_settings.empty()) spec.backend_settings = fields.backend_settings;
    if (fields.pilot) spec.pilot = *fields.pilot;
    if (fields.sleep_after_ms != 0) spec.sleep_after_ms = fields.sleep_after_ms;
    if (!fields.substrate.empty() && fields.substrate != old.spec.substrate) {
        if (has_kept_machine(old))
            throw Error(Errc::invalid_argument, quoted(old) + " goes on with the machine that is kept for it, on \"" +
                                                    old.spec.substrate + "\"")
                .with_hint("Leave out --substrate.");
        spec.substrate = fields.substrate;
        spec.shape.clear();
        spec.machine_price = 0;
    }
}

}

std::string system_prompt(const Persona& persona, const std::string& given) {
    if (persona.prompt.empty() || given.empty()) return persona.prompt + given;
    return persona.prompt + "\n\n" + given;
}

void apply_persona(const Persona& persona, AgentSpec& spec) {
    spec.tools = persona.tools;
    spec.disallowed_tools = persona.disallowed_tools;
    spec.max_turns = persona.max_turns;
}

void check_resurrectable(ApiContext& context, const Agent& agent) {
    const std::string slug = agent.id.slug();
    if (!is_terminal(agent.phase) && agent.phase != Phase::destroying)
        throw Error(Errc::already_exists, quoted(agent) + " has not ended (" + phase_short_name(agent.phase) + ")")
            .with_hint("Give it more to do with: murmur queue add " + slug + " \"…\"");
    if (!is_terminal(agent.phase))
        throw Error(Errc::failed_precondition, quoted(agent) + " is ending (" + phase_short_name(agent.phase) + ")")
            .with_hint("Wait until it has ended: murmur wait " + slug);
    const std::string anew = "Start it anew with: murmur spawn --force-new " + slug + " \"…\"";
    if (!ever_ran(agent))
        throw Error(Errc::failed_precondition, quoted(agent) + " never ran: there is nothing to go on with")
            .with_hint(anew);
    if (!has_kept_machine(agent) && !newest_snapshot(context, agent) && !is_pushed(agent))
        throw Error(Errc::failed_precondition,
                    quoted(agent) + " has left no snapshot, or it is no longer kept, and no pushed branch")
            .with_hint(anew);
}

command::Spawn resurrect_command(ApiContext& context, const Agent& old, const SpawnFields& fields,
                                 const Persona& persona) {
    const std::string backend = fields.wishes.backend.empty() && !fields.wishes.model.empty()
                                    ? context.options.backend_of_model(fields.wishes.model)
                                    : fields.wishes.backend;
    if (!backend.empty() && backend != old.spec.backend)
        throw Error(Errc::invalid_argument, quoted(old) + " has a session of backend \"" + old.spec.backend +
                                                "\", which \"" + backend + "\" cannot go on with")
            .with_hint("Leave out --backend and a model of another backend, or begin with --force-new.");
    choose_known(old.spec.backend, context.options.backends, "backend");
    command::Spawn spawn;
    spawn.resurrect = true;
    spawn.id = old.id;
    spawn.spec = old.spec;
    spawn.spec.is_fork = false;
    merge_spec(old, fields, persona, spawn.spec);
    choose_known(spawn.spec.substrate, context.options.substrates, "substrate");
    spawn.repos = old.repos;
    merge_repos(old, fields.repos, spawn.repos);
    spawn.spec.sealed_environment = merge_environment(context, old, fields.environment);
    const std::optional<StoredSnapshot> snapshot = newest_snapshot(context, old);
    spawn.spec.restore = snapshot ? snapshot->record.id : std::string();
    spawn.on_idle = fields.wishes.on_idle.value_or(old.on_idle);
    spawn.dequeue_strategy = fields.dequeue_strategy.value_or(old.dequeue_strategy);
    spawn.budget = overlaid(fields.wishes.budget, overlaid(persona.wishes.budget, old.budget));
    return spawn;
}

ForkSource find_fork_source(ApiContext& context, const Caller& caller, const std::string& slug) {
    const AgentId id = resolve_agent(caller, slug, "");
    authorize(context, caller, "agent.read", id);
    ForkSource source{find_agent_by_id(context, caller, id), {}};
    std::optional<StoredSnapshot> snapshot = newest_snapshot(context, source.agent);
    if (!snapshot) {
        const bool may_come = !is_terminal(source.agent.phase);
        throw Error(Errc::failed_precondition,
                    quoted(source.agent) + " has no snapshot" + (may_come ? " yet" : ", or it is no longer kept"))
            .with_hint(
                may_come
                    ? "One is taken after every turn: murmur wait --phase task-complete " + source.agent.id.slug()
                    : "Its branch may still be there: murmur spawn SLUG --repo URL=" +
                          (source.agent.repos.empty() ? source.agent.id.branch() : source.agent.repos.front().branch));
    }
    source.snapshot = std::move(*snapshot);
    return source;
}

void check_fork(const ForkSource& source, const std::string& backend) {
    const std::string of_source = source.agent.spec.backend;
    if (backend == of_source) return;
    throw Error(Errc::invalid_argument, quoted(source.agent) + " has a session of backend \"" + of_source +
                                            "\", which \"" + backend + "\" cannot go on with")
        .with_hint("Leave out --backend and a model of another backend.");
}

std::vector<WantedRepo> repos_of_fork(const ForkSource& source, const std::vector<WantedRepo>& wanted) {
    std::vector<WantedRepo> repos;
    for (const RepoWork& repo : source.agent.repos)
        repos.push_back({repo.clone_url, repo.base_branch, "", repo.conflict_resolution});
    for (const WantedRepo& repo : wanted) {
        const auto known = std::find_if(repos.begin(), repos.end(), [&](const WantedRepo& other) {
            return is_same_repository(other.clone_url, repo.clone_url);
        });
        if (known == repos.end()) {
            repos.push_back(repo);
            continue;
        }
        if (!repo.base_branch.empty()) known->base_branch = repo.base_branch;
        known->working_branch = repo.working_branch;
        if (repo.conflict_resolution) known->conflict_resolution = repo.conflict_resolution;
    }
    return repos;
}

}
