#include "agents/pilot.hpp"

#include <algorithm>

#include "agents/assessment.hpp"
#include "agents/budget.hpp"
#include "agents/report_parts.hpp"
#include "agents/turn_end.hpp"

namespace murmur {

namespace {

std::string verdict_name(Verdict verdict) {
    switch (verdict) {
        case Verdict::done: return "done";
        case Verdict::not_done: return "not done";
        case Verdict::unreadable: break;
    }
    return "unreadable";
}

void note_verdict(Step& step, std::int64_t round, const std::string& verdict, const std::string& why) {
    step.note("assessor", "round " + std::to_string(round) + ": " + verdict + (why.empty() ? "" : ": " + one_line(why)),
              {{"round", round}, {"verdict", verdict}, {"why", why}});
}

bool is_of_the_host(const FollowUp& message) {
    return message.source == "checklist" || message.source == "assessor" || message.source == "host";
}

}

bool ask_assessor(Step& step) {
    Agent& agent = step.agent();
    if (!agent.spec.pilot || agent.pilot.rounds >= step.policy().pilot_rounds_max) return false;
    if (const auto hit = find_budget_hit(step)) {
        note_verdict(step, agent.pilot.rounds + 1, "not asked", hit->text);
        return false;
    }
    agent.pilot.asked = true;
    step.send_to_runner(
        {{"assess", json::object{{"round", ++agent.pilot.rounds}, {"prompt", assessment_prompt(agent)}}}});
    step.set_phase(Phase::running);
    return true;
}

void on_assessed(Step& step, const FieldReader& assessed) {
    Agent& agent = step.agent();
    add_cost(step, assessed.get_double("cost_usd", 0), assessed.get_bool("cost_estimated", false));
    const std::int64_t round = assessed.get_int("round", 0);
    const bool is_awaited = agent.pilot.asked && round == agent.pilot.rounds;
    std::string why, verdict = "failed";
    bool is_done = true;  // an assessor that fails keeps nobody from resting
    if (const json::object* error = assessed.find_object("error")) {
        why = FieldReader(*error, assessed.path_of("error")).get_string("message", "it gave no answer");
    } else {
        Assessment assessment = parse_assessment(assessed.get_string("answer", ""));
        verdict = verdict_name(assessment.verdict);
        why = cut(std::move(assessment.why), text_bytes_max);
        is_done = assessment.verdict != Verdict::not_done;
    }
    note_verdict(step, round, verdict, why);
    if (!is_awaited) return;
    agent.pilot.asked = false;
    // A message that came meanwhile has begun a turn: its end will be judged.
    if (agent.phase != Phase::running || agent.stopping || agent.turn_running) return;
    if (is_done) return settle(step);
    step.tell_session("assessor", "Your work was looked at, and the task is not finished yet." +
                                      (why.empty() ? "" : "\n\n" + why) + "\n\nGo on until it is.");
}

void note_new_work(Step& step, const std::vector<FollowUp>& messages) {
    if (std::all_of(messages.begin(), messages.end(), is_of_the_host)) return;
    step.agent().pilot.rounds = 0;
    step.agent().checklist.reminders = 0;
}

}
