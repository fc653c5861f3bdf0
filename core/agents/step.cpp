#include "agents/step.hpp"

#include <algorithm>

#include "agents/budget.hpp"
#include "agents/pilot.hpp"
#include "agents/turn_end.hpp"
#include "base/time_text.hpp"

namespace murmur {

namespace {

std::string text_for_session(const FollowUp& message) {
    if (message.persona_prompt.empty()) return message.text;
    return "Work on the following as \"" + message.persona + "\":\n" + message.persona_prompt + "\n\n" + message.text;
}

json::object messages_body(const std::vector<FollowUp>& messages, bool mid_turn) {
    json::array list;
    for (const FollowUp& message : messages)
        list.push_back(json::object{{"id", message.id}, {"text", text_for_session(message)}});
    return {{"messages", std::move(list)}, {"midTurn", mid_turn}};
}

std::string first_line(const std::string& text) {
    constexpr std::size_t length_max = 120;
    std::string line = text.substr(0, text.find('\n'));
    if (line.size() > length_max) {
        std::size_t cut = length_max;
        while (cut > 0 && (static_cast<unsigned char>(line[cut]) & 0xC0) == 0x80) --cut;  // not inside a character
        line = line.substr(0, cut) + "…";
    }
    return line;
}

}

Step::Step(const Agent& agent, const LifecyclePolicy& policy, TimePoint now, const Surroundings& surroundings,
           PhaseSet allowed)
    : policy_(policy), surroundings_(surroundings), now_(now), allowed_(allowed) {
    decision_.next = agent;
}

EventPosition Step::next_position(EventPosition last) const {
    const std::int64_t ms = std::max(to_ms(now_), last.ms);
    return {ms, ms == last.ms ? last.n + 1 : 1};
}

void Step::note(std::string type, std::string text, json::object data) {
    touch();
    agent().last_event = next_position(agent().last_event);
    decision_.events.push_back(
        {agent().last_event, now_, std::move(type), std::move(text), std::move(data), agent().phase});
}

void Step::note_session(SessionLine line) {
    touch_columns();
    agent().last_session_event = next_position(agent().last_session_event);
    line.position = agent().last_session_event;
    decision_.session_lines.push_back(std::move(line));
}

void Step::set_phase(Phase phase) {
    if (agent().phase == phase) return;
    if (!allowed_.has(phase))
        throw Error(Errc::internal, "no way leads from " + phase_enum_name(agent().phase) + " to " +
                                        phase_enum_name(phase) + " by this command");
    agent().phase = phase;
    note("phase", phase_enum_name(phase));
}

void Step::add_effect(EffectKind kind, json::object body, TimePoint not_before) {
    touch();
    Effect effect;
    effect.kind = kind;
    effect.incarnation = agent().incarnation;
    effect.body = std::move(body);
    effect.not_before = not_before;
    effect.key = std::to_string(agent().incarnation) + "/" + std::to_string(++agent().effects_made);
    decision_.effects.push_back(std::move(effect));
}

void Step::add_timer(const std::string& what, std::int64_t count, std::chrono::milliseconds after) {
    add_effect(EffectKind::timer, {{"what", what}, {"count", count}}, now_ + after);
}

void Step::add_snapshot(SnapshotRecord snapshot) {
    touch();
    decision_.snapshots.push_back(std::move(snapshot));
}

void Step::send_to_runner(json::object body) {
    add_effect(EffectKind::send_command, std::move(body));
    decision_.effects.back().sequence = ++agent().commands_sent;
}

void Step::deliver(const std::vector<FollowUp>& messages, bool mid_turn) {
    note_new_work(*this, messages);
    agent().sent.insert(agent().sent.end(), messages.begin(), messages.end());
    send_to_runner({{"messages", messages_body(messages, mid_turn)}});
    agent().working_on = first_line(messages.front().text);
    agent().turn_running = true;
    if (agent().phase != Phase::starting) set_phase(Phase::running);
}

void Step::tell_session(const std::string& source, std::string text) {
    if (stop_at_budget(*this)) return;
    const std::string id =
        source + "-" + std::to_string(agent().incarnation) + "-" + std::to_string(agent().effects_made + 1);
    note("message", source + ": " + first_line(text), {{"id", id}, {"source", source}, {"text", text}});
    deliver({FollowUp{id, std::move(text), now_, source}}, false);
}

bool Step::deliver_queue() {
    Agent& a = agent();
    if (a.queue.empty() || a.turn_running || a.stopping) return false;
    if (stop_at_budget(*this)) return true;
    std::size_t count = a.queue.size();
    if (a.dequeue_strategy == DequeueStrategy::one) count = 1;
    if (a.dequeue_strategy == DequeueStrategy::five) count = std::min<std::size_t>(count, 5);
    const auto end = a.queue.begin() + static_cast<std::ptrdiff_t>(count);
    const std::vector<FollowUp> batch(a.queue.begin(), end);
    a.queue.erase(a.queue.begin(), end);
    note("queue", "delivered " + std::to_string(count) + (count == 1 ? " follow-up" : " follow-ups"));
    deliver(batch, false);
    return true;
}

void Step::become_idle(Phase phase) {
    Agent& a = agent();
    a.working_on.clear();
    set_phase(phase);
    ++a.idle_count;
    apply_on_idle(*this);
}

Decision Step::take() && {
    if (changed_) {
        ++decision_.next.generation;
        decision_.next.updated_at = now_;
    }
    return std::move(decision_);
}

}
