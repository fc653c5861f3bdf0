#include <algorithm>

#include "agents/budget.hpp"
#include "agents/checklist.hpp"
#include "agents/pilot.hpp"
#include "agents/report_parts.hpp"
#include "agents/turn_end.hpp"
#include "base/planted_bug.hpp"

namespace murmur {

namespace {

// What a turn that goes on for days was told last; a session that lost it all is told no more than that again.
constexpr std::size_t turn_work_kept = 100;

/// A turn has begun with these: they are handed over, and never will be again.
std::vector<FollowUp> take_sent(Agent& agent, const std::vector<std::string>& ids) {
    std::vector<FollowUp> taken;
    std::erase_if(agent.sent, [&](const FollowUp& message) {
        if (std::find(ids.begin(), ids.end(), message.id) == ids.end()) return false;
        taken.push_back(message);
        return true;
    });
    return taken;
}

/// What the session was told, as the runner gave it: without the values of secrets.
void note_user_text(Step& step, const FieldReader& report, TimePoint at) {
    std::string text = cut(report.get_string("text", ""), text_bytes_max);
    if (!text.empty()) note_session_line(step, "USER_TEXT", std::move(text), at);
}

}

void on_turn_started(Step& step, const FieldReader& turn, TimePoint at) {
    Agent& agent = step.agent();
    agent.recovery.turn_work = take_sent(agent, turn.get_strings("message_ids"));
    agent.turn_running = true;
    ++agent.turns;  // the runner counts its own
    forget_reason(agent);
    if (const std::string text = one_line(turn.get_string("text", "")); !text.empty()) agent.working_on = text;
    if (agent.phase != Phase::destroying) step.set_phase(Phase::running);
    step.note("turn", "turn " + std::to_string(agent.turns) + " started");
    note_user_text(step, turn, at);
    watch_turn_time(step);
}

void on_messages_taken(Step& step, const FieldReader& taken, TimePoint at) {
    if (is_planted(PlantedBug::taken_messages_stay_sent)) return;
    Agent& agent = step.agent();
    const std::vector<FollowUp> messages = take_sent(agent, taken.get_strings("message_ids"));
    std::vector<FollowUp>& work = agent.recovery.turn_work;
    work.insert(work.end(), messages.begin(), messages.end());
    if (work.size() > turn_work_kept) work.erase(work.begin(), work.end() - turn_work_kept);
    step.note("message", "taken in by turn " + std::to_string(agent.turns));
    note_user_text(step, taken, at);
}

void on_turn_ended(Step& step, const FieldReader& turn) {
    Agent& agent = step.agent();
    const bool success = turn.get_bool("success", false);
    const std::string stop_reason = turn.get_string("stop_reason", success ? "end_turn" : "failed");
    count_turn_time(step);
    agent.turn_running = false;
    agent.recovery.turn_work.clear();
    if (success) agent.recovery.losses = 0;
    agent.response = cut(turn.get_string("response", ""), text_bytes_max);
    ExitNote exit;
    exit.code = static_cast<int>(turn.get_int("exit_code", 0));
    exit.signal = static_cast<int>(turn.get_int("signal", 0));
    exit.stderr_tail = cut(turn.get_string("stderr_tail", ""), text_bytes_max);
    agent.last_exit = exit;
    step.note("turn", "turn " + std::to_string(agent.turns) + " ended: " + stop_reason,
              {{"success", success}, {"exitCode", exit.code}, {"signal", exit.signal}});
    if (agent.phase == Phase::destroying) return;
    const bool interrupted = stop_reason == "interrupted";
    if (!success && !interrupted) {
        const std::string said = one_line(exit.stderr_tail);
        return step.stop_session({Phase::failed,
                                  "turn " + std::to_string(agent.turns) + " of backend \"" + agent.spec.backend +
                                      "\" failed: " + stop_reason + (said.empty() ? "" : ": " + said),
                                  "Read what it said with: murmur session watch " + agent.id.slug()});
    }
    if (!agent.sent.empty() && stop_at_budget(step)) return;
    if (!agent.sent.empty()) {  // sent while the turn ran: the next turn begins with it
        agent.turn_running = true;
        return;
    }
    if (!interrupted) return after_turn(step);
    settle(step, Phase::idle);
    if (agent.phase == Phase::idle && agent.reason.empty())
        agent.reason = "turn " + std::to_string(agent.turns) + " was interrupted";
}

}
