#include <algorithm>

#include "agents/recovery.hpp"
#include "agents/report_parts.hpp"
#include "agents/turn_end.hpp"
#include "base/planted_bug.hpp"

namespace murmur {

namespace {

/// What the session is told after a turn that was cut off. The messages that turn began with are repeated only to a
/// session that never had them: one restored from before that turn.
std::string cut_turn_text(const Agent& agent) {
    if (!agent.recovery.is_fresh_machine)
        return "The machine was lost in the middle of your last turn and has been started again, with its disk as it "
               "was. What ran in the background is gone. Look at what is done already, and go on where you left off.";
    // A turn is saved before its end is told, and the machine may be lost between the two.
    if (agent.snapshot && agent.snapshot->turn == agent.turns)
        return "The machine was lost at the end of your last turn. This is a fresh one, as you left the last one then. "
               "What ran in the background is gone. If something of that turn is left to be done, go on with it.";
    std::string text =
        "The machine was lost in the middle of your last turn. This is a fresh one, as you left the last one when the "
        "turn before ended: what was not pushed since then is gone. Do again what is needed.";
    for (const FollowUp& message : agent.recovery.turn_work) text += "\n\nThat turn was about this:\n" + message.text;
    return text;
}

/// Messages that an earlier runner of this machine had handed over, although nobody told of a turn with them.
void forget_delivered(Agent& agent, const std::vector<std::string>& ids) {
    if (is_planted(PlantedBug::journals_are_not_read)) return;
    const auto is_delivered = [&](const FollowUp& message) {
        return std::find(ids.begin(), ids.end(), message.id) != ids.end();
    };
    if (std::erase_if(agent.queue, is_delivered) > 0) agent.recovery.turn_cut = true;
}

/// The session is there again, and its last turn was cut off.
void go_on_after_cut(Step& step, bool is_resumed) {
    Agent& agent = step.agent();
    const std::string cut = "turn " + std::to_string(agent.turns) + " was cut off";
    if (is_resumed) return step.tell_session("host", cut_turn_text(agent));
    step.note("turn", cut + ", and the session cannot be resumed");
    if (step.deliver_queue()) return;
    agent.reason = cut;
    agent.hint = "Tell it again what to do with: murmur queue add " + agent.id.slug() + " \"…\"";
    if (agent.on_idle == OnIdle::terminate)
        return step.stop_session({Phase::failed, cut + " and cannot be resumed", ""});
    step.become_idle(Phase::idle);
}

}

void on_session_started(Step& step, const FieldReader& started, TimePoint at) {
    Agent& agent = step.agent();
    if (const std::string backend = started.get_string("backend", ""); !backend.empty()) agent.spec.backend = backend;
    const bool is_resumed = started.get_bool("resumed", false);
    step.note("session",
              (is_resumed ? "session resumed with backend " : "session started with backend ") + agent.spec.backend);
    note_session_line(step, "SESSION_START", is_resumed ? "resumed" : "", at);
    forget_delivered(agent, started.get_strings("delivered"));
    if (agent.phase != Phase::starting) return;
    agent.reason.clear();
    agent.hint.clear();
    const bool was_cut = agent.recovery.turn_cut;
    const bool was_assessed = agent.pilot.asked;
    agent.pilot.asked = false;
    if (agent.turn_running) return;  // the assignment brought its first message
    if (was_cut)
        go_on_after_cut(step, is_resumed);
    else if (was_assessed)
        after_turn(step);
    else
        settle(step, Phase::idle);  // without a prompt it waits for a message from the start
    agent.recovery.turn_cut = false;
    agent.recovery.is_fresh_machine = false;
    agent.recovery.turn_work.clear();
}

void on_session_ended(Step& step, const FieldReader& ended, TimePoint at) {
    Agent& agent = step.agent();
    Ending ending{Phase::completed, "", ""};
    if (ended.get_string("outcome", "failed") != "completed") {
        ending.phase = Phase::failed;
        ending.reason = "the session failed";
        if (const json::object* error = ended.find_object("error")) {
            const FieldReader reader(*error, "error");
            ending.reason = cut(reader.get_string("message", ending.reason), reason_bytes_max);
            ending.hint = cut(reader.get_string("hint", ""), reason_bytes_max);
        }
    }
    if (ended.has("exit_code") || ended.has("signal") || ended.has("stderr_tail"))
        agent.last_exit =
            ExitNote{static_cast<int>(ended.get_int("exit_code", 0)), static_cast<int>(ended.get_int("signal", 0)),
                     cut(ended.get_string("stderr_tail", ""), text_bytes_max)};
    // What made it stop is the truth about it, unless the end itself went wrong.
    if (agent.ending && agent.ending->phase == Phase::completed && ending.phase == Phase::failed) agent.ending = ending;
    step.note("session", ending.phase == Phase::completed ? "session ended" : "session failed: " + ending.reason);
    if (!agent.ending) agent.ending = ending;
    note_session_line(step, "SESSION_END", agent.ending->reason, at);
    agent.turn_running = false;
    take_back_sent(agent);  // no turn will begin with it any more
    forget_delivered(agent, ended.get_strings("delivered"));
    agent.recovery.saved = ended.get_bool("saved", false);
    if (!agent.recovery.saved && !agent.recovery.discard)
        step.note("error", "the session has ended, and its work is not saved");
    agent.stopping = true;
    rescue(step);
}

}
