#include "api/spawn_method.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "api/agent_json.hpp"
#include "api/agent_lookup.hpp"
#include "api/spawn_draft.hpp"
#include "api/spawn_limits.hpp"

namespace murmur {

namespace {

json::object answer_json(const Agent& agent) {
    return {{"agentId", agent_id_json(agent.id)},
            {"workflowId", agent.id.workflow_id()},
            {"slug", agent.id.slug()},
            {"workspace", agent.id.workspace},
            {"branch", agent.repos.front().branch}};
}

json::object carry_out(ApiContext& context, command::Spawn spawn) {
    Engine::Submission submission = spawn_submission(std::move(spawn));
    return answer_json(context.engine.execute_family(std::move(submission.commands), std::move(submission.condition)));
}

/// A repeated request is answered as the first was.
bool knows_request(const Agent& agent, const std::string& request_id) {
    const std::vector<std::string>& known = agent.request_ids;
    return !request_id.empty() && std::find(known.begin(), known.end(), request_id) != known.end();
}

}

json::object spawn_agent(ApiContext& context, const Caller& caller, const FieldReader& request) {
    const std::string slug = request.get_string("slug", "");
    check_slug(slug);
    const std::string prompt = request.get_string("prompt", "");
    check_prompt(prompt);
    SpawnFields fields = read_spawn_fields(request);
    const std::string request_id = read_request_id(request);
    SpawnIdentity identity = choose_identity(context, caller, fields);
    AgentId id = spawn_id(caller, identity, slug, fields.workspace);
    authorize_spawn(context, caller, identity, id);
    if (fields.resurrect) {
        const Agent old = find_agent_by_id(context, caller, id);
        if (knows_request(old, request_id)) return answer_json(old);
        command::Spawn spawn = draft_resurrection(context, caller, fields, old, prompt, request_id);
        return carry_out(context, std::move(spawn));
    }
    const SpawnDraft draft = draft_spawn(context, caller, std::move(fields), std::move(identity));
    command::Spawn spawn = finish_draft(context, draft, std::move(id), prompt, request_id);
    SpawnAllowance(context, caller).take(spawn.id);
    return carry_out(context, std::move(spawn));
}

}
