#include "agents/budget.hpp"

#include "agents/decisions.hpp"

namespace murmur {

void decide_on(Step&, const command::SetBudget&) {
    throw Error(Errc::unimplemented, "this command is not available in this version");
}

bool stop_at_budget(Step&) { return false; }

void check_budget_for_message(const Step&) {}

void check_budget_for_spawn(const Step&, const command::Spawn&) {}

void count_cost(Step& step, const FieldReader& event, SessionLine& line) {
    Agent& agent = step.agent();
    agent.spent.cost_usd += line.cost_usd;
    if (event.get_bool("cost_estimated", false) && !agent.cost_estimated) {
        agent.cost_estimated = true;
        step.touch();
    }
}

void watch_turn_time(Step&) {}

void on_turn_time(Step&, const command::TimerFired&) {}

}
