#include "agents/checklist.hpp"

#include "agents/decisions.hpp"

namespace murmur {

void decide_on(Step&, const command::CreateTask&) {
    throw Error(Errc::unimplemented, "this command is not available in this version");
}

void decide_on(Step&, const command::UpdateTask&) {
    throw Error(Errc::unimplemented, "this command is not available in this version");
}

void add_tasks(Step&, const std::vector<Task>& tasks) {
    if (!tasks.empty()) throw Error(Errc::unimplemented, "checklists are not available in this version");
}

bool remind_of_tasks(Step&) { return false; }

void activate_tasks(Step&, const std::vector<std::string>&) {}

std::string open_tasks_text(const Agent&) { return {}; }

}
