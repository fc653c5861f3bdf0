#include "api/assignment.hpp"

#include <murmur/error.hpp>

#include "api/expected_output.hpp"
#include "api/restore_choice.hpp"

namespace murmur {

std::string environment_purpose(const AgentId& id) { return "agent environment of " + id.workflow_id(); }

namespace {

json::array json_strings(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) array.push_back(json::string(text));
    return array;
}

json::object make_environment(const Agent& agent, const SecretBox& box, const RunnerEndpointOptions& options) {
    json::object given;
    if (!agent.spec.sealed_environment.empty()) {
        const Secret plain = box.open(agent.spec.sealed_environment, environment_purpose(agent.id));
        given = parse_json(plain.reveal(), "sealed environment").as_object();
    }
    json::object environment = agent_environment(options.secrets ? options.secrets(agent) : AgentSecrets(), given);
    environment["MURMUR_TOKEN"] = box.agent_token(agent.row, agent.incarnation).reveal();
    return environment;
}

/// What a machine begins from that does not have the agent's work. A machine that may have it gets it as well, as its
/// last runner may have died before the work was back.
void add_restore(json::object& assignment, const Agent& agent, bool is_fresh_machine,
                 const RunnerEndpointOptions& options) {
    const std::string id = snapshot_to_restore(agent);
    if (id.empty() || !options.snapshot) return;
    std::optional<json::object> manifest = options.snapshot(id);
    if (!manifest && is_fresh_machine)
        throw Error(Errc::not_found, "snapshot " + id + ", from which the agent goes on, is not kept any more")
            .with_hint("Begin anew with `murmur spawn --force-new`.");
    if (!manifest) return;
    // It is what fits the files of the session; and a fork has none of its own yet.
    const json::value* checkpoint = manifest->if_contains("checkpoint");
    if (checkpoint && checkpoint->is_object() && (is_fresh_machine || agent.checkpoint.empty()))
        assignment["checkpoint"] = *checkpoint;
    assignment["restore"] = std::move(*manifest);
}

}

json::object make_assignment(const Agent& agent, const json::object& marker, const SecretBox& box,
                             const RunnerEndpointOptions& options) {
    json::array repos;
    for (const RepoWork& repo : agent.repos)
        repos.push_back(
            json::object{{"cloneUrl", repo.clone_url},
                         {"baseBranch", repo.base_branch},
                         {"branch", repo.branch.empty() ? agent.id.branch() : repo.branch},
                         {"conflictResolution", boost::describe::enum_to_string(repo.conflict_resolution, "merge")}});
    const FieldReader fields(marker, "assignment");
    const std::string message_id = fields.get_string("message_id", "");
    json::array messages;
    if (!message_id.empty() && !agent.spec.prompt.empty())
        messages.push_back(json::object{{"id", message_id}, {"text", agent.spec.prompt}});
    json::object environment = make_environment(agent, box, options);
    json::array secret_names;  // what the runner keeps out of everything it reports
    for (const auto& variable : environment) secret_names.emplace_back(variable.key());
    json::array plugin_dirs;
    for (const auto& dir : options.plugin_dirs) plugin_dirs.push_back(json::string(dir.string()));
    // The repository's settings go over the operator's.
    json::object settings = options.backend_settings(agent.spec.backend);
    for (const auto& member : agent.spec.backend_settings) settings.insert_or_assign(member.key(), member.value());

    json::object assignment{{"workflowId", agent.id.workflow_id()},
                            {"slug", agent.id.slug()},
                            {"workspace", agent.id.workspace},
                            {"account", agent.id.account},
                            {"repos", std::move(repos)},
                            {"backend", agent.spec.backend},
                            {"backendSettings", std::move(settings)},
                            {"model", agent.spec.model},
                            {"reasoningEffort", agent.spec.reasoning_effort},
                            {"appendSystemPrompt",
                             prompt_with_output(agent.spec.append_system_prompt, agent.spec.expected_output, agent.id)},
                            {"tools", json_strings(agent.spec.tools)},
                            {"disallowedTools", json_strings(agent.spec.disallowed_tools)},
                            {"maxTurns", agent.spec.max_turns},
                            {"sessionMode", agent.spec.session_mode},
                            // Once it has a snapshot or a checkpoint of its own, it is nobody's copy any more.
                            {"fork", agent.spec.is_fork && !agent.snapshot && agent.checkpoint.empty()},
                            {"rescue", agent.recovery.is_rescue},
                            {"sessionId", agent.session_id},
                            {"messages", std::move(messages)},
                            {"environment", std::move(environment)},
                            {"secretEnvironment", std::move(secret_names)},
                            {"gitName", agent.spec.git_name},
                            {"gitEmail", agent.spec.git_email},
                            {"expectedOutput", agent.spec.expected_output},
                            {"pluginDirs", std::move(plugin_dirs)},
                            {"checkpoint", agent.checkpoint},
                            {"baseCheckIntervalMs", options.base_check_interval.count()}};
    add_restore(assignment, agent, fields.get_bool("restore", false), options);
    return assignment;
}

}
