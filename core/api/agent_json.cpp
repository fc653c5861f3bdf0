#include "api/agent_json.hpp"

#include <algorithm>

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

void put_session(json::object& object, const Agent& agent) {
    put(object, "progress", progress_line(agent));
    put_time(object, "progressAt", agent.progress_at);
    put(object, "workingOn", agent.working_on);
    put_number(object, "queued", static_cast<std::int64_t>(agent.queue.size()));
    put(object, "response", agent.response);
    json::array prs;
    for (const PullRequest& pr : agent.pull_requests) prs.emplace_back(pr.url);
    if (!prs.empty()) object.emplace("prs", std::move(prs));
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

json::object agent_id_json(const AgentId& id) {
    return {{"tenant", json::object{{"provider", provider_enum(id.tenant.provider)}, {"org", id.tenant.org}}},
            {"ownerProvider", provider_enum(id.owner_provider)},
            {"account", id.account},
            {"workspace", id.workspace},
            {"agent", json::array(id.path.begin(), id.path.end())}};
}

json::object agent_json(const Agent& agent) {
    json::object object{
        {"agentId", agent_id_json(agent.id)},
        {"workflowId", agent.id.workflow_id()},
        {"slug", agent.id.slug()},
        {"workspace", agent.id.workspace},
        {"owner", agent.id.account},
        {"phase", phase_enum_name(agent.phase)},
        {"branch",
         agent.repos.empty() || agent.repos.front().branch.empty() ? agent.id.branch() : agent.repos.front().branch}};
    put(object, "reason", agent.ending && !agent.ending->reason.empty() ? agent.ending->reason : agent.reason);
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
