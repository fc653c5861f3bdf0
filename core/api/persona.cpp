#include "api/persona.hpp"

#include "api/budget_fields.hpp"

namespace murmur {

SpawnWishes wishes_of(const json::object& body) {
    const FieldReader fields(body);
    SpawnWishes wishes;
    wishes.model = fields.get_string("model", "");
    wishes.backend = fields.get_string("backend", "");
    if (const std::string on_idle = fields.get_string("on_idle", ""); !on_idle.empty())
        wishes.on_idle = parse_on_idle(on_idle);
    wishes.budget = limits_of(body);
    return wishes;
}

Persona get_persona(ApiContext& context, const Caller& caller, const std::string& name) {
    Persona persona;
    if (name.empty()) return persona;
    authorize(context, caller, "agent-persona.read", name);
    const Resource resource = context.catalog.get({tenant_key(caller.tenant), "agent-persona", "", name});
    const FieldReader fields(resource.body);
    persona.prompt = fields.get_string("prompt", "");
    persona.wishes = wishes_of(resource.body);
    persona.tools = fields.get_strings("tools");
    persona.disallowed_tools = fields.get_strings("disallowed_tools");
    persona.max_turns = fields.get_int("max_turns", 0);
    persona.tasks = tasks_of(fields.get_strings("tasks"), "tasks of agent-persona \"" + name + "\"");
    return persona;
}

}
