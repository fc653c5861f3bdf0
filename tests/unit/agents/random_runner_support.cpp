// The half of a random life that machines and their runners have.

#include <algorithm>

#include "base/time_text.hpp"
#include "random_life.hpp"
#include "sessions/snapshot.hpp"

namespace murmur {

namespace {

json::array array_of(const auto& texts) {
    json::array list;
    for (const std::string& text : texts) list.emplace_back(text);
    return list;
}

}

void RandomLife::answer_call() {
    const Effect effect = calls_.front();
    const Command answer = answer_to(effect);
    // The result and the end of the effect are stored together; a duplicate comes of a result that was not stored.
    calls_.erase(calls_.begin());
    apply(answer);
}

Command RandomLife::answer_to(const Effect& effect) {
    const std::int64_t life = effect.incarnation;
    const std::string machine = agent_.machine ? agent_.machine->id : "";
    const bool fails = chance(15);
    switch (effect.kind) {
        case EffectKind::start_machine:
            if (fails) return command::MachineFailed{life, chance(30) ? "find" : "start", any_error()};
            return command::MachineStarted{life, {machine, {{"pid", 42}}}};
        case EffectKind::restart_machine:
            if (fails) return command::MachineFailed{life, chance(20) ? "find" : "restart", any_error()};
            return command::MachineStarted{life, {machine, {{"pid", 43}}}};
        case EffectKind::inspect_machine:
            return command::MachineInspected{life, {fails ? MachineState::gone : MachineState::running, ""}};
        case EffectKind::suspend_machine:
            if (fails) return command::MachineFailed{life, "suspend", any_error()};
            return command::MachineSuspended{life};
        case EffectKind::resume_machine:
            if (fails) return command::MachineFailed{life, "resume", any_error()};
            return command::MachineResumed{life};
        default: break;
    }
    if (fails && effect.kind == EffectKind::destroy_machine) {  // it is done again
        calls_.push_back(effect);
        return command::MachineFailed{life, "destroy", any_error(), std::string(effect.body.at("id").as_string())};
    }
    return command::MachineDestroyed{life, std::string(effect.body.at("id").as_string())};
}

void RandomLife::ring() {
    if (timers_.empty()) return;
    const auto first = std::min_element(timers_.begin(), timers_.end(),
                                        [](const Effect& a, const Effect& b) { return a.not_before < b.not_before; });
    const Effect timer = *first;
    timers_.erase(first);
    now_ = std::max(now_, timer.not_before);
    apply(command::TimerFired{timer.incarnation, std::string(timer.body.at("what").as_string()),
                              timer.body.at("count").to_number<std::int64_t>()});
}

void RandomLife::misfortune() {
    if (!agent_.runner || is_terminal(agent_.phase)) return;
    const std::int64_t life = agent_.incarnation;
    if (chance(30)) {
        apply(command::RunnerDetached{life, agent_.runner->id});
        return;
    }
    if (chance(10) && agent_.reports_seen == 0 && !runner_.has_session) {
        apply(command::AssignmentFailed{life, any_error()});
        return;
    }
    // What it handed over last may be known to its journal alone.
    read_commands();
    if (!runner_.in_turn && runner_.has_session && chance(50))
        for (const std::string& id : runner_.inbox) journal_.insert(id);
    if (agent_.machine->phase == MachinePhase::running) apply(command::LeaseExpired{life, std::chrono::seconds(10)});
}

bool RandomLife::report(const char* kind, json::object body) {
    json::object report{{"seq", agent_.reports_seen + 1}, {"at", to_ms(now_)}, {kind, std::move(body)}};
    const command::RunnerReport told{agent_.incarnation, agent_.runner->id, std::move(report)};
    const bool is_accepted = apply(told);
    if (chance(5)) apply(told);  // sent again after a reconnect
    return is_accepted;
}

void RandomLife::read_commands() {
    for (; !runner_.commands.empty(); runner_.commands.pop_front()) read_command(runner_.commands.front());
}

void RandomLife::read_command(const json::object& body) {
    if (const json::value* assignment = body.if_contains("assignment")) {
        runner_.is_rescue = assignment->as_object().contains("rescue");
        if (const auto& id = assignment->at("messageId").as_string(); !id.empty()) runner_.inbox.emplace_back(id);
    }
    if (const json::value* messages = body.if_contains("messages"))
        for (const json::value& each : messages->at("messages").as_array())
            runner_.inbox.emplace_back(each.at("id").as_string());
    if (body.contains("interrupt") && runner_.in_turn) runner_.interrupted = true;
    if (body.contains("stop")) runner_.stopping = true;
    if (const json::value* assess = body.if_contains("assess"))
        runner_.assess = assess->at("round").to_number<std::int64_t>();
}

void RandomLife::run_runner() {
    if (is_terminal(agent_.phase) || !agent_.machine) return;
    const bool may_boot = agent_.machine->phase == MachinePhase::requested ||
                          agent_.machine->phase == MachinePhase::restarting ||
                          agent_.machine->phase == MachinePhase::running;
    if (!agent_.runner) {
        if (may_boot && (agent_.machine->phase == MachinePhase::running || chance(20)))
            apply(command::RunnerAttached{agent_.incarnation, agent_.machine->id, {name("r-"), 42, "1"}});
        return;
    }
    if (runner_.ended || agent_.machine->phase == MachinePhase::resuming) return;
    read_commands();
    if (runner_.has_session && chance(15)) {  // what may be told at any time
        const char* kind = pick({"sessionEvent", "commits", "pushed", "pushFailed", "checkpoint", "baseMoved"});
        report(kind, any_report_body(kind));
        return;
    }
    if (runner_.in_turn) return work();
    if (runner_.stopping || runner_.is_rescue) {
        if (chance(20)) {
            report("saveFailed", {{"message", "no space"}});
            return;
        }
        if (chance(70)) report("snapshot", any_snapshot());
        return end_session(chance(90));
    }
    if (runner_.has_session) return rest();
    if (chance(40)) {
        const char* kind = pick({"preparing", "workspaceReady"});
        report(kind, any_report_body(kind));
    } else if (chance(5)) {
        runner_.ended = true;
        report("sessionEnded", {{"outcome", "failed"},
                                {"error", json::object{{"message", "no clone"}}},
                                {"saved", true},
                                {"delivered", array_of(journal_)}});
    } else {
        runner_.has_session = true;
        report("sessionStarted", {{"backend", "command"}, {"resumed", chance(70)}, {"delivered", array_of(journal_)}});
    }
}

void RandomLife::begin_turn() {
    const std::vector<std::string> ids = std::exchange(runner_.inbox, {});
    journal_.insert(ids.begin(), ids.end());
    runner_.in_turn = true;
    report("turnStarted", {{"turn", agent_.turns + 1}, {"messageIds", array_of(ids)}, {"text", "do it"}});
}

void RandomLife::work() {
    if (!runner_.inbox.empty() && chance(30)) {
        const std::vector<std::string> ids = std::exchange(runner_.inbox, {});
        journal_.insert(ids.begin(), ids.end());
        report("messagesTaken", {{"messageIds", array_of(ids)}});
        return;
    }
    if (chance(40) && !runner_.interrupted && !runner_.stopping) {
        report("sessionEvent", any_report_body("sessionEvent"));
        return;
    }
    const bool fails = chance(5), is_cut = runner_.interrupted || runner_.stopping;
    runner_.in_turn = runner_.interrupted = false;
    report("turnEnded", {{"turn", agent_.turns},
                         {"success", !fails && !is_cut},
                         {"response", "done"},
                         {"stopReason", is_cut  ? "interrupted"
                                        : fails ? "error"
                                                : "end_turn"}});
    if (agent_.runner && !runner_.ended && chance(70)) report("snapshot", any_snapshot());
}

void RandomLife::rest() {
    if (!runner_.inbox.empty()) return begin_turn();
    if (!runner_.assess) return;
    const std::int64_t round = *std::exchange(runner_.assess, std::nullopt);
    if (chance(20))
        report("assessed", {{"round", round}, {"error", json::object{{"message", "no answer"}}}});
    else
        report("assessed", {{"round", round}, {"answer", chance(50) ? "VERDICT: done" : "VERDICT: not done\nno test"}});
}

void RandomLife::end_session(bool saved) {
    runner_.ended = true;
    report("sessionEnded", {{"outcome", "completed"}, {"saved", saved}, {"delivered", array_of(journal_)}});
}

json::object RandomLife::any_snapshot() {
    Snapshot snapshot;
    snapshot.backend = "command";
    snapshot.session_id = agent_.session_id;
    snapshot.turn = agent_.turns;
    snapshot.machine_id = journal_machine_;
    return snapshot_json(snapshot);
}

json::object RandomLife::any_report_body(const std::string& kind) {
    const std::string url = pick<std::string>({"/srv/web.git", "/srv/api.git"});
    if (kind == "sessionEvent") {
        if (chance(30)) return {{"kind", "COST"}, {"costUsd", 0.25}};
        if (chance(10)) return {{"kind", "COST"}, {"data", json::object{{"input_tokens", 10}}}};
        if (chance(10)) return {{"kind", "PR_LINK"}, {"text", "https://x/pull/1"}};
        return {{"kind", chance(50) ? "ASSISTANT_TEXT" : "TOOL_USE"}, {"text", "hello"}};
    }
    if (kind == "preparing") return {{"step", "clone"}, {"detail", url}};
    if (kind == "workspaceReady")
        return {{"repos", json::array{json::object{{"cloneUrl", url}, {"branch", "b"}, {"baseBranch", "main"}}}}};
    if (kind == "commits")
        return {{"cloneUrl", url},
                {"commits", json::array{json::object{
                                {"sha", name("c")}, {"subject", "work"}, {"files", json::array{"src/a.go"}}}}}};
    if (kind == "pushed") return {{"cloneUrl", url}, {"branch", "b"}, {"sha", "c" + std::to_string(names_)}};
    if (kind == "pushFailed" || kind == "saveFailed") return {{"message", "no way"}, {"hint", "Look."}};
    if (kind == "checkpoint") return {{"data", json::object{{"line", below(100)}}}};
    if (kind == "baseMoved")
        return {{"cloneUrl", url},
                {"baseBranch", "main"},
                {"sha", name("b")},
                {"result", pick({"merged", "conflict", "rebased"})},
                {"files", json::array{"a.go"}}};
    if (kind == "snapshot") return any_snapshot();
    if (kind == "assessed") return {{"round", below(4)}, {"answer", pick({"done", "not done", "?"})}};
    json::array ids;
    for (const FollowUp& message : chance(80) ? agent_.sent : agent_.queue)
        if (chance(70)) ids.emplace_back(message.id);
    if (kind == "sessionStarted" || kind == "sessionEnded")
        return {{"delivered", ids}, {"resumed", chance(50)}, {"saved", chance(50)}, {"outcome", "completed"}};
    return {{"turn", agent_.turns}, {"messageIds", ids}, {"success", chance(70)}};
}

}
