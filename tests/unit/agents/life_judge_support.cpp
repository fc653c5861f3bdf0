#include <algorithm>

#include "agents/spending.hpp"
#include "agents/transition_table.hpp"
#include "life_judge.hpp"

namespace murmur {

namespace {

std::optional<Phase> phase_of(const Agent& agent) {
    return agent.incarnation > 0 ? std::optional(agent.phase) : std::nullopt;
}

template <class T>
bool has_fallen(const T& before, const T& after) {
    return after < before;
}

bool has(const std::vector<FollowUp>& list, const std::string& id) {
    return std::any_of(list.begin(), list.end(), [&](const FollowUp& message) { return message.id == id; });
}

}

std::size_t LifeJudge::accepted(std::size_t command) const {
    const auto found = counts_.find(command);
    return found == counts_.end() ? 0 : found->second;
}

void LifeJudge::on_refusal(const Agent& agent, const Command& command, const Error& error) {
    const std::string what = std::string(command_name(command.index())) + ": " + error.message();
    if (error.code() == Errc::internal || error.code() == Errc::unknown) violated("a bug refuses " + what);
    if (error.message().empty()) violated("no reason is given for refusing " + what);
    if (find_transition(phase_of(agent), command.index()).answer == Answer::ignore && error.code() != Errc::aborted)
        violated("what the table ignores is refused: " + what);
}

void LifeJudge::on_decision(const Agent& before, const Command& command, const Decision& decision, TimePoint now) {
    const Agent& after = decision.next;
    ++counts_[command.index()];
    phases_.insert(after.phase);
    const auto* spawn = std::get_if<command::Spawn>(&command);
    const bool is_new_life = spawn && after.incarnation != before.incarnation;
    if (is_new_life) begin_life(*spawn);
    if (after.incarnation != before.incarnation) sent_.clear();
    check_table(before, command, decision);
    check_counters(before, after, is_new_life);
    if (!is_new_life || spawn->resurrect) check_spending(before, after, now);
    book(before, command, after);
    check_effects(decision);
    check_messages(after);
    check_bounds(after);
    if (decision.document_changed) check_stored_form(after);
}

void LifeJudge::begin_life(const command::Spawn& spawn) {
    is_discarded_ = false;
    if (spawn.resurrect) return;
    waiting_.clear();
    handed_over_.clear();
}

void LifeJudge::check_table(const Agent& before, const Command& command, const Decision& decision) {
    const Transition& transition = find_transition(phase_of(before), command.index());
    const std::string place = phase_short_name(before.phase) + " x " + std::string(command_name(command.index()));
    const Agent& after = decision.next;
    if (transition.answer == Answer::ignore && after.generation != before.generation)
        violated(place + " is ignored by the table, and changes something");
    if (transition.answer == Answer::refuse && after.generation != before.generation)
        violated(place + " is refused by the table, and changes something");
    if (after.phase != before.phase && !transition.next.has(after.phase))
        violated(place + " leads to " + phase_short_name(after.phase));
    if (after.generation == before.generation && !(decision.events.empty() && decision.effects.empty()))
        violated(place + " has results although nothing has changed");
}

void LifeJudge::check_counters(const Agent& before, const Agent& after, bool is_new_life) {
    const auto check = [&](const char* name, const auto& was, const auto& is) {
        if (has_fallen(was, is)) violated(std::string("counter ") + name + " has fallen");
    };
    check("generation", before.generation, after.generation);
    check("incarnation", before.incarnation, after.incarnation);
    check("last_event", before.last_event, after.last_event);
    check("last_session_event", before.last_session_event, after.last_session_event);
    if (after.generation > before.generation + 1) violated("a generation was left out");
    if (before.incarnation == after.incarnation) {
        check("reports_seen", before.reports_seen, after.reports_seen);
        check("commands_sent", before.commands_sent, after.commands_sent);
        if (!is_terminal(after.phase)) check("deadlines", before.recovery.deadlines, after.recovery.deadlines);
    }
    if (is_new_life) return;
    check("effects_made", before.effects_made, after.effects_made);
    check("turns", before.turns, after.turns);
    check("idle_count", before.idle_count, after.idle_count);
    check("commit_count", before.commit_count, after.commit_count);
    check("tasks made", before.checklist.made, after.checklist.made);
}

void LifeJudge::check_spending(const Agent& before, const Agent& after, TimePoint now) {
    const auto check = [&](const char* name, const Spending& was, const Spending& is) {
        constexpr double epsilon = 1e-6;
        const bool falls = is.cost_usd + epsilon < was.cost_usd || is.turns < was.turns || is.time_ms < was.time_ms ||
                           is.children < was.children;
        if (falls) violated(std::string(name) + " has fallen");
    };
    check("its own spending", before.spent, after.spent);
    check("the spending of those below it", before.family.spent, after.family.spent);
    Spending was = total_spending(before, now), is = total_spending(after, now);
    // A new life may have another price, or none.
    if (before.spec.machine_price != after.spec.machine_price) was.cost_usd = is.cost_usd = 0;
    check("what it has spent", was, is);
}

void LifeJudge::check_effects(const Decision& decision) {
    const bool has_ended = is_terminal(decision.next.phase);
    for (const Effect& effect : decision.effects) {
        if (!keys_.insert(effect.key).second) violated("effect " + effect.key + " is there twice");
        const bool is_clean_up = effect.kind == EffectKind::destroy_machine || effect.kind == EffectKind::tell_agent;
        if (has_ended && !is_clean_up)
            violated(std::string("one that has ended wants ") + boost::describe::enum_to_string(effect.kind, "?"));
        if (effect.kind == EffectKind::destroy_machine) check_destroyed(effect);
        if (effect.kind == EffectKind::send_command) check_delivered(effect);
        if (effect.incarnation != decision.next.incarnation && !is_clean_up)
            violated("effect " + effect.key + " is of incarnation " + std::to_string(effect.incarnation));
    }
}

void LifeJudge::check_destroyed(const Effect& effect) {
    const std::string id(effect.body.at("id").as_string());
    if (unsaved_.contains(id) && !is_discarded_) violated("machine " + id + " goes with work that is not saved");
    unsaved_.erase(id);
}

void LifeJudge::check_delivered(const Effect& effect) {
    std::vector<std::string> ids;
    if (const json::value* messages = effect.body.if_contains("messages"))
        for (const json::value& each : messages->at("messages").as_array()) ids.emplace_back(each.at("id").as_string());
    if (const json::value* assignment = effect.body.if_contains("assignment"))
        if (const auto& id = assignment->at("messageId").as_string(); !id.empty()) ids.emplace_back(id);
    for (const std::string& id : ids) {
        if (!sent_.insert(id).second) violated("message " + id + " is sent to the runner twice");
        if (handed_over_.contains(id)) violated("message " + id + " is sent although the session has it");
    }
}

void LifeJudge::check_messages(const Agent& agent) {
    std::set<std::string> seen;
    for (const auto* list : {&agent.queue, &agent.sent})
        for (const FollowUp& message : *list)
            if (!seen.insert(message.id).second) violated("message " + message.id + " is there twice");
    for (const std::string& id : waiting_)
        if (!seen.contains(id)) violated("message " + id + " is lost");
    for (const std::string& id : seen)
        if (handed_over_.contains(id)) violated("message " + id + " waits although the session has it");
}

void LifeJudge::check_bounds(const Agent& agent) {
    const auto check = [&](const char* name, std::size_t size, std::size_t most) {
        if (size > most) violated(std::string(name) + " grows to " + std::to_string(size));
    };
    check("queue", agent.queue.size(), 2500);
    check("request ids", agent.request_ids.size(), 100);
    check("commits", agent.commits.size(), 20);
    check("tasks", agent.checklist.tasks.size(), 500);
    if (is_terminal(agent.phase) && agent.runner) violated("one that has ended has a runner");
    if (is_terminal(agent.phase) && !agent.sent.empty()) violated("one that has ended waits for its runner");
    if (is_terminal(agent.phase) && agent.ending) violated("one that has ended is to end");
}

void LifeJudge::check_stored_form(const Agent& agent) {
    const std::string document = encode_agent(agent);
    if (encode_agent(decode_agent(document)) != document) violated("its document is read back as another");
}

void LifeJudge::book(const Agent& before, const Command& command, const Agent& after) {
    if (const auto* kill = std::get_if<command::Kill>(&command)) is_discarded_ = is_discarded_ || kill->discard;
    if (after.generation == before.generation) return;
    if (const auto* spawn = std::get_if<command::Spawn>(&command))
        if (!spawn->spec.prompt.empty()) waiting_.insert(spawn->message_id);
    if (const auto* add = std::get_if<command::AddFollowUp>(&command)) waiting_.insert(add->message_id);
    if (const auto* send = std::get_if<command::SendMessage>(&command)) waiting_.insert(send->message_id);
    if (std::holds_alternative<command::ClearQueue>(command))
        for (const FollowUp& message : before.queue) waiting_.erase(message.id);
    if (const auto* attached = std::get_if<command::RunnerAttached>(&command); attached && after.runner)
        unsaved_.insert(attached->machine_id);
    if (std::holds_alternative<command::AssignmentFailed>(command) && before.reports_seen == 0 &&
        before.machine->first_incarnation == before.incarnation)
        unsaved_.erase(before.machine->id);  // nobody has worked on it
    if (const auto* failed = std::get_if<command::MachineFailed>(&command); failed && failed->what == "restart")
        if (failed->error.code() == Errc::not_found || failed->error.code() == Errc::unimplemented)
            unsaved_.erase(before.machine->id);  // gone, or nobody will ever reach it
    if (const auto* told = std::get_if<command::RunnerReport>(&command)) book_report(before, *told, after);
}

void LifeJudge::book_report(const Agent& before, const command::RunnerReport& told, const Agent& after) {
    if (after.incarnation == before.incarnation && after.reports_seen == before.reports_seen) return;
    for (const auto& [kind, body] : told.report) {
        if (!body.is_object()) continue;
        const json::object& fields = body.as_object();
        reports_.insert(kind);
        if (kind == "turnStarted" || kind == "messagesTaken") book_handed_over(before, fields, "messageIds", false);
        if (kind == "sessionStarted" || kind == "sessionEnded")
            book_handed_over(before, fields, "delivered", kind == "sessionStarted");
        const json::value* saved = fields.if_contains("saved");
        if (kind == "sessionEnded" && saved && saved->as_bool()) unsaved_.erase(before.machine->id);
    }
}

void LifeJudge::book_handed_over(const Agent& before, const json::object& body, const char* field, bool is_start) {
    const json::value* ids = body.if_contains(field);
    if (!ids) return;
    // A session that begins says what was handed over before its runner came: what that was sent is not among it.
    for (const json::value& each : ids->as_array()) {
        const std::string id(each.as_string());
        if (!has(before.queue, id) && (is_start || !has(before.sent, id))) continue;
        waiting_.erase(id);
        handed_over_.insert(id);
    }
}

void LifeJudge::check_way_on(const Agent& agent, const std::vector<Effect>& calls, const std::vector<Effect>& timers) {
    const std::string state =
        phase_short_name(agent.phase) + (agent.machine ? " on a machine that is " + machine_line(agent) : "");
    const auto is_called = [&](EffectKind kind) {
        return std::any_of(calls.begin(), calls.end(), [&](const Effect& effect) {
            return effect.kind == kind && effect.incarnation == agent.incarnation;
        });
    };
    const auto rings = [&](const std::string& what, std::int64_t count) {
        return std::any_of(timers.begin(), timers.end(), [&](const Effect& effect) {
            return effect.incarnation == agent.incarnation && effect.body.at("what").as_string() == what &&
                   effect.body.at("count").to_number<std::int64_t>() == count;
        });
    };
    if (is_terminal(agent.phase)) {
        const bool is_kept = agent.machine && agent.machine->phase == MachinePhase::kept;
        for (const Effect& effect : calls) {
            const bool is_harmless = effect.kind == EffectKind::destroy_machine ||
                                     effect.kind == EffectKind::inspect_machine ||
                                     (effect.kind == EffectKind::restart_machine && is_kept);
            if (!is_harmless) violated(state + " while a machine may still be made or moved");
        }
        return;
    }
    if (!agent.machine) return violated(state + " without a machine");
    const MachinePhase machine = agent.machine->phase;
    const std::map<MachinePhase, EffectKind> awaited{{MachinePhase::requested, EffectKind::start_machine},
                                                     {MachinePhase::restarting, EffectKind::restart_machine},
                                                     {MachinePhase::suspending, EffectKind::suspend_machine},
                                                     {MachinePhase::resuming, EffectKind::resume_machine},
                                                     {MachinePhase::destroying, EffectKind::destroy_machine}};
    if (const auto call = awaited.find(machine); call != awaited.end() && !is_called(call->second))
        return violated(state + " for ever: nothing is under way");
    const bool is_running = machine == MachinePhase::running;
    if (is_running && !agent.runner && !rings("start", agent.incarnation))
        violated(state + ", and waits for a runner without end");
    if (agent.phase == Phase::starting && is_running && agent.runner && !rings("prepare", agent.incarnation))
        violated(state + ", and its session may take for ever to begin");
    if (agent.phase == Phase::destroying && is_running && agent.runner && !rings("stop", agent.recovery.deadlines))
        violated(state + ", and its session may take for ever to end");
    if (agent.phase == Phase::running && is_running && !agent.turn_running && !agent.pilot.asked)
        violated(state + " without a turn");
    if (agent.turn_running && agent.turn_began == TimePoint{} && agent.sent.empty() && agent.phase == Phase::running)
        violated(state + ", and waits for a turn that nobody was asked for");
    const bool rests = agent.phase == Phase::task_complete || agent.phase == Phase::idle;
    if ((rests || agent.phase == Phase::checks_pending) && is_running && !agent.queue.empty() && agent.runner)
        violated(state + " although messages wait");
    if (agent.phase == Phase::sleeping && machine == MachinePhase::suspended && !agent.queue.empty())
        violated(state + " although messages wait");
    if (rests && is_running && agent.runner && agent.on_idle == OnIdle::terminate) violated(state + " and is to end");
    if (rests && is_running && agent.runner && agent.on_idle == OnIdle::sleep && !rings("idle", agent.idle_count))
        violated(state + ", and will never sleep");
}

}
