#include "agents/lifecycle_checks.hpp"
#include "agents/report_parts.hpp"
#include "base/time_text.hpp"
#include "sessions/snapshot.hpp"

namespace murmur {

namespace {

constexpr std::string_view conflict_source = "file_changed";

std::int64_t bytes_of(const Snapshot& snapshot) {
    std::uint64_t bytes = 0;
    for (const SnapshotFile& file : snapshot.files) bytes += file.size;
    for (const SnapshotRepo& repo : snapshot.repos) bytes += repo.bundle_size;
    return static_cast<std::int64_t>(bytes);
}

std::string conflict_text(const std::string& url, const std::string& base, const std::vector<std::string>& files,
                          ConflictResolution resolution) {
    std::string text = "Branch \"" + base + "\" of " + url + " has moved, and your work conflicts with it";
    text += files.empty() ? ".\n" : " in these files:\n";
    for (const std::string& file : files) text += "- " + file + "\n";
    const std::string verb = resolution == ConflictResolution::rebase ? "rebase" : "merge";
    text += "Nothing has been changed yet. In that repository: git fetch origin " + base + ", then git " + verb +
            " origin/" + base + ", resolve the conflicts so that both intentions are kept, and " +
            (verb == "rebase" ? "git rebase --continue." : "commit the merge.");
    return text;
}

/// What waits of an earlier move of that base is out of date.
void forget_conflict(Step& step, const std::string& head) {
    const std::size_t forgotten = std::erase_if(step.agent().queue, [&](const FollowUp& message) {
        return message.source == conflict_source && message.text.starts_with(head);
    });
    if (forgotten > 0) step.touch();
}

}

void on_snapshot(Step& step, const json::object& manifest, const FieldReader&) {
    Agent& agent = step.agent();
    if (agent.recovery.discard) return;  // made before the runner heard of it
    const Snapshot snapshot = parse_snapshot(manifest);
    SnapshotRecord record;
    record.id = snapshot_id(manifest);
    record.incarnation = agent.incarnation;
    record.turn = agent.turns;
    record.at = step.now();
    record.bytes = bytes_of(snapshot);
    record.manifest = manifest;
    agent.snapshot = SnapshotNote{record.id, record.at, record.turn};
    if (!snapshot.session_id.empty()) agent.session_id = snapshot.session_id;
    step.note("snapshot", "saved after turn " + std::to_string(agent.turns),
              {{"id", record.id}, {"bytes", record.bytes}, {"turn", record.turn}});
    step.add_snapshot(std::move(record));
    if (!agent.recovery.save_failed) return;
    agent.recovery.save_failed = false;
    agent.reason.clear();
    agent.hint.clear();
}

void on_save_failed(Step& step, const FieldReader& failed) {
    Agent& agent = step.agent();
    const std::string reason = "the work cannot be saved: " + cut(failed.get_string("message", ""), reason_bytes_max);
    const bool is_news = !agent.recovery.save_failed || agent.reason != reason;
    agent.recovery.save_failed = true;
    agent.reason = reason;
    agent.hint = cut(failed.get_string("hint", ""), reason_bytes_max);
    if (is_news) step.note("error", agent.reason, {{"hint", agent.hint}});
    if (agent.phase == Phase::destroying) step.set_deadline(step.policy().stop_deadline);
}

void on_base_moved(Step& step, const FieldReader& moved) {
    Agent& agent = step.agent();
    const std::string url = moved.get_string("clone_url", "");
    const std::string base = moved.get_string("base_branch", "");
    const std::string result = moved.get_string("result", "");
    const std::string sha = moved.get_string("sha", "");
    const std::vector<std::string> files = moved.get_strings("files");
    step.note("base", base + " moved to " + sha.substr(0, 10) + ": " + result,
              {{"cloneUrl", url},
               {"baseBranch", base},
               {"result", result},
               {"sha", sha},
               {"files", json::value_from(files)}});
    const std::string head = "Branch \"" + base + "\" of " + url + " ";
    if (result != "skipped") forget_conflict(step, head);
    if (result != "conflict" || agent.phase == Phase::destroying) return;
    ConflictResolution resolution = ConflictResolution::merge;
    for (const RepoWork& repo : agent.repos)
        if (repo.clone_url == url) resolution = repo.conflict_resolution;
    FollowUp message;
    message.id = "file_changed-" + std::to_string(agent.incarnation) + "-" + std::to_string(agent.last_event.ms) + "-" +
                 std::to_string(agent.last_event.n);
    message.text = conflict_text(url, base, files, resolution);
    message.at = step.now();
    message.source = conflict_source;
    agent.queue.push_back(std::move(message));
    step.touch();
    serve_queue(step);
}

}
