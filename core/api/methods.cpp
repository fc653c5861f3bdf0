#include "api/methods.hpp"

#include <unistd.h>

#include <murmur/error.hpp>

#include "api/agent_event_methods.hpp"
#include "api/agent_json.hpp"
#include "api/agent_lookup.hpp"
#include "api/attach_method.hpp"
#include "api/budget_method.hpp"
#include "api/catalog_methods.hpp"
#include "api/follow_up_method.hpp"
#include "api/identity_methods.hpp"
#include "api/secret_methods.hpp"
#include "api/snapshot_methods.hpp"
#include "api/spawn_method.hpp"
#include "api/status_method.hpp"
#include "api/task_methods.hpp"
#include "api/workspace_choice.hpp"
#include "base/ids.hpp"
#include "base/time_text.hpp"

namespace murmur {

namespace {

Agent apply(ApiContext& context, const Agent& agent, Command command) {
    return context.engine.execute(agent.id.workflow_id(), std::move(command));
}

json::object get_version(ApiContext& context, const Caller&, const FieldReader&) {
    return {{"version", context.options.version},
            {"commit", context.options.commit},
            {"pid", std::to_string(::getpid())},
            {"stateDir", context.options.state_dir},
            {"startedAt", format_time(context.options.started_at)}};
}

json::object list_plugins(ApiContext& context, const Caller&, const FieldReader&) {
    return {{"plugins", context.options.plugins()}};
}

json::object list_agents(ApiContext& context, const Caller& caller, const FieldReader& request) {
    AgentQuery query{tenant_key(caller.tenant), request.get_string("workspace", ""), caller.account,
                     request.get_bool("include_ended", false)};
    if (!query.workspace.empty()) get_workspace(context, caller, query.workspace);
    if (request.get_bool("all_developers", false)) query.owner.clear();
    if (const std::string developer = request.get_string("developer", ""); !developer.empty()) query.owner = developer;
    authorize_any(context, caller, "agent.list");
    json::array agents;
    for (const AgentRow& row : context.reader.list_agents(query))
        if (is_allowed(context, caller, "agent.read", row)) agents.push_back(agent_summary_json(row));
    return {{"agents", std::move(agents)}};
}

json::object kill_agent(ApiContext& context, const Caller& caller, const Agent& agent, const FieldReader& request) {
    const bool is_agent = caller.principal.kind == PrincipalKind::agent;
    const bool discard = request.get_bool("discard", false);
    apply(context, agent, command::Kill{discard, is_agent ? caller.principal.workflow_id : std::string()});
    if (!is_terminal(agent.phase) || discard) return {};
    return {{"ended", phase_enum_name(agent.phase)}};
}

bool is_changing(const Agent& agent) {
    return !is_terminal(agent.phase) && agent.machine &&
           (agent.machine->phase == MachinePhase::suspending || agent.machine->phase == MachinePhase::resuming);
}

/// Answers when the machine has stopped, or runs again: then the answer is true when it is read.
json::object sleep_agent(ApiContext& context, const Agent& agent, const FieldReader&) {
    const Agent after = wait_until_not(context, apply(context, agent, command::Sleep{}), is_changing);
    if (after.phase != Phase::sleeping)
        throw Error(Errc::aborted,
                    "agent \"" + agent.id.slug() + "\" did not fall asleep (" + phase_short_name(after.phase) + ")");
    return {};
}

json::object wake_agent(ApiContext& context, const Agent& agent, const FieldReader&) {
    wait_until_not(context, apply(context, agent, command::Wake{}), is_changing);
    return {};
}

json::object update_on_idle(ApiContext& context, const Agent& agent, const FieldReader& request) {
    const OnIdle on_idle = parse_on_idle(request.get_string("on_idle"));
    if (on_idle != OnIdle::sleep && on_idle != OnIdle::keep_alive)
        throw Error(Errc::invalid_argument, "on-idle " + on_idle_name(on_idle) + " cannot be set at runtime")
            .with_hint("Use sleep or keep-alive.");
    apply(context, agent, command::SetOnIdle{on_idle});
    return {};
}

json::object send_session_message(ApiContext& context, const Agent& agent, const FieldReader& request) {
    apply(context, agent,
          command::SendMessage{"f-" + random_hex(6), request.get_string("message"), read_request_id(request)});
    return {};
}

json::object interrupt_session(ApiContext& context, const Agent& agent, const FieldReader&) {
    apply(context, agent, command::Interrupt{});
    return {};
}

json::object stop_session(ApiContext& context, const Agent& agent, const FieldReader&) {
    apply(context, agent, command::Stop{});
    return {};
}

json::object clear_queue(ApiContext& context, const Agent& agent, const FieldReader&) {
    apply(context, agent, command::ClearQueue{});
    return {{"cleared", agent.queue.size()}};
}

json::object set_dequeue_strategy(ApiContext& context, const Agent& agent, const FieldReader& request) {
    apply(context, agent, command::SetDequeueStrategy{parse_dequeue_strategy(request.get_string("strategy"))});
    return {};
}

json::object set_conflict_resolution(ApiContext& context, const Agent& agent, const FieldReader& request) {
    const std::string resolution = request.get_string("resolution");
    if (resolution.empty())
        throw Error(Errc::invalid_argument, "resolution is empty").with_hint("Say merge, rebase or none.");
    apply(context, agent,
          command::SetConflictResolution{request.get_string("repo"), parse_conflict_resolution(resolution)});
    return {};
}

constexpr UnaryMethod method_table[] = {
    {"GetVersion", "", get_version, Check::none},
    {"ListPlugins", "plugin.list", list_plugins},
    {"SpawnAgent", "agent.create", spawn_agent, Check::request},
    {"SpawnAgents", "agent.create", spawn_agents, Check::request},
    {"ListAgents", "agent.list", list_agents, Check::request},
    {"GetAgent", "agent.read", get_agent},
    {"KillAgent", "agent.kill", kill_agent},
    {"SleepAgent", "agent.edit", sleep_agent},
    {"WakeAgent", "agent.edit", wake_agent},
    {"UpdateOnIdle", "agent.edit", update_on_idle},
    {"SendSessionMessage", "agent.edit", send_session_message},
    {"InterruptSession", "agent.edit", interrupt_session},
    {"StopSession", "agent.edit", stop_session},
    {"AddFollowUp", "agent.edit", add_follow_up},
    {"ClearQueue", "agent.edit", clear_queue},
    {"SetDequeueStrategy", "agent.edit", set_dequeue_strategy},
    {"SetConflictResolution", "agent.edit", set_conflict_resolution},
    // Whoever may tell the agent what to do may do it himself.
    {"AttachAgent", "agent.edit", attach_agent},
    {"ListSnapshots", "agent.read", list_snapshots},
    {"GetSnapshot", "agent.read", get_snapshot},
    {"ReadSnapshotFile", "agent.read", read_snapshot_file},
    {"SetBudget", "agent.edit", set_budget},
    {"NotifyAgent", "agent.edit", notify_agent},
    {"ReportPullRequest", "agent.edit", report_pull_request},
    {"CreateTask", "agent.edit", create_task},
    {"UpdateTask", "agent.edit", update_task},
    {"ListTasks", "agent.read", list_tasks},
    {"GetTask", "agent.read", get_task_of},
    {"ListKinds", "", list_kinds, Check::none},
    {"GetKind", "", get_kind, Check::none},
    {"ListResources", "{kind}.list", list_resources, Check::request},
    {"GetResource", "{kind}.read", get_resource, Check::request},
    {"SetResource", "{kind}.edit", set_resource, Check::request},
    {"PatchResource", "{kind}.edit", patch_resource, Check::request},
    {"DeleteResource", "{kind}.delete", delete_resource, Check::request},
    {"ApplyResources", "{kind}.edit", apply_resources, Check::request},
    {"RotateSecretKey", "secret.create", rotate_secret_key},
    {"WhoAmI", "", who_am_i, Check::none},
    {"CheckPermissions", "", check_permissions, Check::none},
};

}

std::span<const UnaryMethod> unary_methods() { return method_table; }

}
