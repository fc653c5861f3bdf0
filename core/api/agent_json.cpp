#include "api/agent_json.hpp"

#include <algorithm>

#include "agents/removal.hpp"
#include "agents/task_list.hpp"
#include "api/budget_fields.hpp"
#include "base/time_text.hpp"

namespace murmur {

namespace {

void put(json::object& object, std::string_view key, const std::string& text) {
    if (!text.empty()) object.emplace(key, text);
}
void put_time(json::object& object, std::string_view key, TimePoint time) {
    if (time != TimePoint{}) object.emplace(key, format_time(time));
}
void put_number(json::object& object, std::string_view key, std::int64_t number) {
    if (number != 0) object.emplace(key, number);
}
void put_int64(json::object& object, std::string_view key, std::int64_t number) {
    if (number != 0) object.emplace(key, std::to_string(number));
}

std::string provider_enum(const std::string& provider) {
    std::string name = "PROVIDER_" + provider;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
    return name;
}

void put_money(json::object& object, std::string_view key, double dollars) {
    if (dollars != 0) object.emplace(key, dollars);
}

json::object pull_request_json(const PullRequest& pr) {
    json::object object{{"url", pr.url}};
    put(object, "title", pr.title);
    put(object, "state", boost::describe::enum_to_string(pr.state, ""));
    put(object, "checks", boost::describe::enum_to_string(pr.checks, ""));
    return object;
}

json::object child_json(const Child& child) {
    json::object object{
        {"slug", child.slug}, {"workflowId", child.workflow_id}, {"phase", phase_enum_name(child.phase)}};
    object.emplace("spent", spending_json(child.spent));
    return object;
}

/// What it was given to work as and within, and what it has used up and left.
void put_account(json::object& object, const Agent& agent, TimePoint now) {
    put(object, "persona", agent.spec.persona);
    put(object, "serviceProfile", agent.spec.service_profile);
    if (agent.spec.pilot) object.emplace("pilot", true);
    put_number(object, "tasks",
               std::count_if(agent.checklist.tasks.begin(), agent.checklist.tasks.end(),
                             [](const Task& task) { return task.status != TaskStatus::deleted; }));
    put_number(object, "tasksOpen", static_cast<std::int64_t>(active_tasks(agent.checklist).size()));
    if (agent.budget != Budget()) object.emplace("budget", budget_json(agent.budget));
    if (const Spending spent = total_spending(agent, now); spent != Spending())
        object.emplace("spent", spending_json(spent));
    put_money(object, "machineCostUsd", own_cost(agent, now) - agent.spent.cost_usd);
    put(object, "budgetHit", agent.budget_hit);
    json::array children;
    for (const Child& child : agent.family.children) children.push_back(child_json(child));
    if (!children.empty()) object.emplace("children", std::move(children));
    if (!agent.snapshot) return;
    put(object, "snapshotId", agent.snapshot->id);
    put_time(object, "snapshotAt", agent.snapshot->at);
}

void put_session(json::object& object, const Agent& agent) {
    put(object, "progress", progress_line(agent));
    put_time(object, "progressAt", agent.progress_at);
    put(object, "workingOn", agent.working_on);
    put_number(object, "queued", static_cast<std::int64_t>(agent.queue.size()));
    put(object, "response", agent.response);
    json::array prs;
    for (const PullRequest& pr : agent.pull_requests) prs.emplace_back(pr.url);
    if (!prs.empty()) object.emplace("prs", std::move(prs));
    json::array pull_requests;
    for (const PullRequest& pr : agent.pull_requests) pull_requests.push_back(pull_request_json(pr));
    if (!pull_requests.empty()) object.emplace("pullRequests", std::move(pull_requests));
    put_number(object, "commits", agent.commit_count);
    put_number(object, "turns", agent.turns);
    if (agent.spent.cost_usd != 0) object.emplace("costUsd", agent.spent.cost_usd);
    if (agent.cost_estimated) object.emplace("costEstimated", true);
    if (agent.last_exit) {
        json::object exit{{"code", agent.last_exit->code}, {"signal", agent.last_exit->signal}};
        put(exit, "stderrTail", agent.last_exit->stderr_tail);
        object.emplace("lastExit", std::move(exit));
    }
    json::array commits;
    for (const CommitNote& commit : agent.commits)
        commits.push_back(json::object{
            {"repo", commit.repo}, {"sha", commit.sha}, {"subject", commit.subject}, {"pushed", commit.pushed}});
    if (!commits.empty()) object.emplace("lastCommits", std::move(commits));
}

}

json::object spending_json(const Spending& spent) {
    json::object object;
    put_money(object, "costUsd", spent.cost_usd);
    put_number(object, "turns", spent.turns);
    put_int64(object, "timeMs", spent.time_ms);
    put_number(object, "children", spent.children);
    return object;
}

json::object agent_id_json(const AgentId& id) {
    return {{"tenant", json::object{{"provider", provider_enum(id.tenant.provider)}, {"org", id.tenant.org}}},
            {"ownerProvider", provider_enum(id.owner_provider)},
            {"account", id.account},
            {"workspace", id.workspace},
            {"agent", json::array(id.path.begin(), id.path.end())}};
}

json::object agent_json(const Agent& agent, TimePoint now) {
    json::object object{
        {"agentId", agent_id_json(agent.id)},
        {"workflowId", agent.id.workflow_id()},
        {"slug", agent.id.slug()},
        {"workspace", agent.id.workspace},
        {"owner", agent.id.account},
        {"phase", phase_enum_name(agent.phase)},
        {"branch",
         agent.repos.empty() || agent.repos.front().branch.empty() ? agent.id.branch() : agent.repos.front().branch}};
    // While it ends: what holds that up, else what it will be told of then.
    const bool is_held_up = agent.recovery.save_failed || removal_fails(agent);
    const bool tells_end = agent.ending && !agent.ending->reason.empty() && !is_held_up;
    put(object, "reason", tells_end ? agent.ending->reason : agent.reason);
    put(object, "hint", agent.hint.empty() && agent.ending ? agent.ending->hint : agent.hint);
    if (!is_terminal(agent.phase)) put(object, "machine", machine_line(agent));
    put(object, "mode", agent.spec.session_mode);
    put(object, "backend", agent.spec.backend);
    put(object, "model", agent.spec.model);
    put(object, "purpose", agent.spec.purpose);
    put(object, "onIdle", on_idle_name(agent.on_idle));
    put(object, "dequeueStrategy", boost::describe::enum_to_string(agent.dequeue_strategy, ""));
    if (agent.runner) {
        put(object, "version", agent.runner->version);
        put_int64(object, "runnerPid", agent.runner->pid);
    }
    put_session(object, agent);
    put_account(object, agent, now);
    put_int64(object, "generation", agent.generation);
    put_int64(object, "incarnation", agent.incarnation);
    put_time(object, "createdAt", agent.created_at);
    put_time(object, "updatedAt", agent.updated_at);
    put_time(object, "endedAt", agent.ended_at);
    return object;
}

json::object agent_summary_json(const AgentRow& row) {
    json::object object{{"slug", row.slug}, {"phase", row.phase}, {"workspace", row.workspace}, {"owner", row.owner}};
    const bool ended = row.phase == "PHASE_COMPLETED" || row.phase == "PHASE_FAILED" || row.phase == "PHASE_KILLED";
    if (!ended) put(object, "vm", row.machine);
    put(object, "progress", row.progress);
    put_time(object, "progressAt", row.progress_at);
    if (row.cost != 0) object.emplace("cost", row.cost);
    if (row.cost_estimated) object.emplace("costEstimated", true);
    return object;
}

json::object agent_event_json(const AgentEvent& event) {
    json::object object{{"id", event.position.text()},
                        {"at", format_time(event.at)},
                        {"type", event.type},
                        {"phase", phase_enum_name(event.phase)}};
    put(object, "text", event.text);
    if (!event.data.empty()) object.emplace("data", event.data);
    return object;
}

json::object session_event_json(const SessionLine& line) {
    json::object object{{"at", format_time(line.at)}, {"kind", line.kind}};
    put(object, "text", line.text);
    if (!line.data.empty()) object.emplace("data", line.data);
    if (line.cost_usd != 0) object.emplace("costUsd", line.cost_usd);
    put(object, "parent", line.parent);
    return object;
}

}
