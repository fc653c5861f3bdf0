#include "api/task_methods.hpp"

#include <algorithm>
#include <murmur/error.hpp>

#include "agents/task_list.hpp"
#include "api/agent_lookup.hpp"

namespace murmur {

namespace {

json::array strings_json(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

std::optional<std::string> find_text(const FieldReader& request, std::string_view name) {
    if (!request.has(name)) return std::nullopt;
    return request.get_string(name, "");
}

}

json::object task_json(const Checklist& checklist, const Task& task) {
    json::object object{{"id", task.id}, {"subject", task.subject}, {"status", task_status_name(task.status)}};
    if (!task.description.empty()) object.emplace("description", task.description);
    if (!task.blocked_by.empty()) object.emplace("blockedBy", strings_json(task.blocked_by));
    if (const auto blocks = blocks_of(checklist, task.id); !blocks.empty())
        object.emplace("blocks", strings_json(blocks));
    if (!task.activate_when.empty()) object.emplace("activateWhen", task.activate_when);
    if (!task.pattern.empty()) object.emplace("pattern", task.pattern);
    if (is_active(checklist, task)) object.emplace("active", true);
    return object;
}

json::object create_task(ApiContext& context, const Agent& agent, const FieldReader& request) {
    command::CreateTask create;
    create.task.subject = request.get_string("subject", "");
    create.task.description = request.get_string("description", "");
    create.task.activate_when = request.get_string("activate_when", "");
    create.task.pattern = request.get_string("pattern", "");
    create.request_id = read_request_id(request);
    const std::string subject = create.task.subject;
    const Agent after = context.engine.execute(agent.id.workflow_id(), std::move(create));
    // The newest of that subject: also when the request came again and made none.
    const std::vector<Task>& tasks = after.checklist.tasks;
    const auto made =
        std::find_if(tasks.rbegin(), tasks.rend(), [&](const Task& task) { return task.subject == subject; });
    if (made == tasks.rend()) throw Error(Errc::aborted, "the task was made, and is no longer on the checklist");
    return {{"task", task_json(after.checklist, *made)}};
}

json::object update_task(ApiContext& context, const Agent& agent, const FieldReader& request) {
    command::UpdateTask update;
    update.id = request.get_string("task_id");
    update.subject = find_text(request, "subject");
    update.description = find_text(request, "description");
    if (const std::string status = request.get_string("status", ""); !status.empty())
        update.status = parse_task_status(status);
    update.add_blocked_by = request.get_strings("add_blocked_by");
    update.add_blocks = request.get_strings("add_blocks");
    const std::string id = update.id;
    const Agent after = context.engine.execute(agent.id.workflow_id(), std::move(update));
    return {{"task", task_json(after.checklist, get_task(after.checklist, id))}};
}

json::object list_tasks(ApiContext&, const Agent& agent, const FieldReader& request) {
    const bool only_active = request.get_bool("active", false);
    json::array tasks;
    for (const Task& task : agent.checklist.tasks)
        if (only_active ? is_active(agent.checklist, task) : task.status != TaskStatus::deleted)
            tasks.push_back(task_json(agent.checklist, task));
    return {{"tasks", std::move(tasks)}};
}

json::object get_task_of(ApiContext&, const Agent& agent, const FieldReader& request) {
    return {{"task", task_json(agent.checklist, get_task(agent.checklist, request.get_string("task_id")))}};
}

}
