#include <algorithm>

#include "agents/budget.hpp"
#include "agents/checklist.hpp"
#include "agents/pilot.hpp"
#include "agents/report_parts.hpp"
#include "agents/turn_end.hpp"
#include "base/time_text.hpp"

namespace murmur {

namespace {

constexpr std::size_t commits_kept = 20;

void on_session_event(Step& step, const FieldReader& event, TimePoint at) {
    SessionLine line;
    line.at = at;
    line.kind = event.get_string("kind");
    line.text = cut(event.get_string("text", ""), text_bytes_max);
    if (const json::object* data = event.find_object("data")) line.data = *data;
    line.cost_usd = event.get_double("cost_usd", 0);
    line.parent = event.get_string("parent", "");

    Agent& agent = step.agent();
    if (line.kind == "ASSISTANT_TEXT" && !one_line(line.text).empty()) set_progress(step, "text", line.text);
    if (line.kind == "TOOL_USE") set_progress(step, "tool", line.text);
    if (line.kind == "COST") count_cost(step, event, line);
    const auto is_this = [&](const PullRequest& pr) { return pr.url == line.text; };
    if (line.kind == "PR_LINK" && std::none_of(agent.pull_requests.begin(), agent.pull_requests.end(), is_this)) {
        add_pull_request(agent, {.url = line.text, .title = {}});
        set_progress(step, "pr", line.text);
        step.note("pr", line.text);
    }
    step.note_session(std::move(line));
}

void on_commits(Step& step, const FieldReader& commits) {
    Agent& agent = step.agent();
    const json::array* list = commits.find_array("commits");
    if (!list) return;
    for (const json::value& entry : *list) {
        const FieldReader commit(entry.as_object(), "commits");
        CommitNote note{commits.get_string("clone_url", ""), commit.get_string("sha"), commit.get_string("subject", ""),
                        false};
        const bool known = std::any_of(agent.commits.begin(), agent.commits.end(),
                                       [&](const CommitNote& other) { return other.sha == note.sha; });
        if (known) continue;
        if (const std::vector<std::string> files = commit.get_strings("files"); !files.empty())
            activate_tasks(step, files);
        step.note("commit", note.sha.substr(0, 10) + " " + note.subject, entry.as_object());
        set_progress(step, "commit", note.subject);
        agent.commits.insert(agent.commits.begin(), std::move(note));
        ++agent.commit_count;
    }
    if (agent.commits.size() > commits_kept) agent.commits.resize(commits_kept);
}

void on_pushed(Step& step, const FieldReader& pushed) {
    const std::string url = pushed.get_string("clone_url", "");
    const std::string sha = pushed.get_string("sha", "");
    const std::string branch = pushed.get_string("branch", "");
    bool is_older = false;  // commits are newest first, and a pushed one brings its ancestors along
    for (CommitNote& commit : step.agent().commits) {
        if (commit.repo != url) continue;
        is_older = is_older || commit.sha == sha;
        if (is_older) commit.pushed = true;
    }
    for (RepoWork& repo : step.agent().repos)
        if (repo.clone_url == url) repo.head = sha;
    step.agent().recovery.push_failed = false;
    forget_reason(step.agent());
    set_progress(step, "push", branch);
    step.note("push", branch + " at " + sha.substr(0, 10), {{"cloneUrl", url}, {"branch", branch}, {"sha", sha}});
}

void on_workspace_ready(Step& step, const FieldReader& workspace) {
    std::vector<RepoWork> repos;
    if (const json::array* list = workspace.find_array("repos"))
        for (const json::value& entry : *list) {
            const FieldReader repo(entry.as_object(), "repos");
            RepoWork work{.clone_url = repo.get_string("clone_url"),
                          .base_branch = repo.get_string("base_branch", ""),
                          .branch = repo.get_string("branch", ""),
                          .head = repo.get_string("head", "")};
            for (const RepoWork& known : step.agent().repos)
                if (known.clone_url == work.clone_url) work.conflict_resolution = known.conflict_resolution;
            repos.push_back(std::move(work));
        }
    step.agent().repos = std::move(repos);
    step.note("workspace", "workspace ready");
}

}

void decide_report(Step& step, const json::object& object) {
    const FieldReader report(object, "report");
    Agent& agent = step.agent();
    const std::int64_t sequence = report.get_int("seq");
    if (sequence <= agent.reports_seen) return;  // sent again after a reconnect
    if (sequence != agent.reports_seen + 1)
        throw Error(Errc::data_loss,
                    "report " + std::to_string(sequence) + " came after report " + std::to_string(agent.reports_seen));
    const std::int64_t at_ms = report.get_int("at", 0);
    const TimePoint at = at_ms > 0 ? from_ms(at_ms) : step.now();
    const auto field = [&](std::string_view name) -> std::optional<FieldReader> {
        const json::object* found = report.find_object(name);
        return found ? std::optional<FieldReader>(FieldReader(*found, std::string(name))) : std::nullopt;
    };

    if (const auto event = field("session_event")) {
        on_session_event(step, *event, at);
    } else if (const auto preparing = field("preparing")) {
        const std::string text = preparing->get_string("step", "") + " " + preparing->get_string("detail", "");
        set_progress(step, "text", text);
        step.note("progress", one_line(text));
    } else if (const auto ready = field("workspace_ready")) {
        on_workspace_ready(step, *ready);
    } else if (const auto started = field("session_started")) {
        on_session_started(step, *started, at);
    } else if (const auto turn = field("turn_started")) {
        on_turn_started(step, *turn, at);
    } else if (const auto taken = field("messages_taken")) {
        on_messages_taken(step, *taken, at);
    } else if (const auto turn_end = field("turn_ended")) {
        on_turn_ended(step, *turn_end);
    } else if (const auto commits = field("commits")) {
        on_commits(step, *commits);
    } else if (const auto pushed = field("pushed")) {
        on_pushed(step, *pushed);
    } else if (const auto failed = field("push_failed")) {
        // Told by the status for as long as it is so; what ends the agent replaces it.
        agent.recovery.push_failed = true;
        agent.reason = "push failed: " + cut(failed->get_string("message", ""), reason_bytes_max);
        agent.hint = cut(failed->get_string("hint", ""), reason_bytes_max);
        step.note("error", agent.reason, {{"hint", agent.hint}});
    } else if (const auto checkpoint = field("checkpoint")) {
        if (const json::object* data = checkpoint->find_object("data")) agent.checkpoint = *data;
        step.touch();
    } else if (const auto snapshot = field("snapshot")) {
        on_snapshot(step, *report.find_object("snapshot"), *snapshot);
    } else if (const auto unsaved = field("save_failed")) {
        on_save_failed(step, *unsaved);
    } else if (const auto moved = field("base_moved")) {
        on_base_moved(step, *moved);
    } else if (const auto assessed = field("assessed")) {
        on_assessed(step, *assessed);
    } else if (const auto ended = field("session_ended")) {
        on_session_ended(step, *ended, at);
    } else {
        step.note("progress", "a report of a kind this version does not know");
    }
    agent.reports_seen = sequence;
    step.touch_columns();
}

}
