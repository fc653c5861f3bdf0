#include "api/follow_up_method.hpp"

#include "api/agent_lookup.hpp"
#include "api/persona.hpp"
#include "base/ids.hpp"

namespace murmur {

json::object add_follow_up(ApiContext& context, const Caller& caller, const Agent& agent, const FieldReader& request) {
    command::AddFollowUp add;
    add.request_id = read_request_id(request);
    add.message_id = "f-" + (add.request_id.empty() ? random_hex(6) : add.request_id);
    add.text = request.get_string("message");
    add.persona = request.get_string("persona", "");
    add.persona_prompt = get_persona(context, caller, add.persona).prompt;
    add.tasks = tasks_of(request.get_strings("tasks"), "tasks");
    const std::string id = add.message_id;
    context.engine.execute(agent.id.workflow_id(), std::move(add));
    return {{"id", id}};
}

}
