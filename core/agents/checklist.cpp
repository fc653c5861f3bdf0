#include "agents/checklist.hpp"

#include <algorithm>
#include <cstdlib>

#include "agents/decisions.hpp"
#include "agents/glob.hpp"
#include "agents/lifecycle_checks.hpp"
#include "agents/task_list.hpp"

namespace murmur {

namespace {

// More than that is no list that anyone works through.
constexpr std::size_t tasks_max = 500;
// What a reminder names one by one.
constexpr std::size_t tasks_named_max = 20;

void note_task(Step& step, const Task& task, const std::string& what) {
    step.agent().checklist.reminders = 0;
    step.note("task", "task " + task.id + " " + what + ": " + task.subject,
              {{"taskId", task.id}, {"subject", task.subject}, {"status", task_status_name(task.status)}});
}

/// The oldest that were deleted make room.
void make_room(Checklist& checklist) {
    if (checklist.tasks.size() < tasks_max) return;
    const auto deleted = std::find_if(checklist.tasks.begin(), checklist.tasks.end(),
                                      [](const Task& task) { return task.status == TaskStatus::deleted; });
    if (deleted == checklist.tasks.end())
        throw Error(Errc::resource_exhausted, "the checklist is full (" + std::to_string(tasks_max) + " tasks)")
            .with_hint("Delete what is not needed with: murmur task update ID -s deleted");
    for (Task& task : checklist.tasks) std::erase(task.blocked_by, deleted->id);
    checklist.tasks.erase(deleted);
}

void add_task(Step& step, Task task) {
    Checklist& checklist = step.agent().checklist;
    check_task(task);
    make_room(checklist);
    for (const std::string& blocker : task.blocked_by) get_task(checklist, blocker);
    task.id = std::to_string(++checklist.made);
    task.is_dormant = !task.activate_when.empty();
    checklist.tasks.push_back(task);
    note_task(step, task, "created");
}

Task& task_to_change(Checklist& checklist, const std::string& id) {
    get_task(checklist, id);
    return *std::find_if(checklist.tasks.begin(), checklist.tasks.end(),
                         [&](const Task& task) { return task.id == id; });
}

void add_blocker(Checklist& checklist, const std::string& id, const std::string& blocker) {
    get_task(checklist, blocker);
    Task& task = task_to_change(checklist, id);
    if (std::find(task.blocked_by.begin(), task.blocked_by.end(), blocker) != task.blocked_by.end()) return;
    task.blocked_by.push_back(blocker);
    const std::vector<std::string> circle = find_circle(checklist, id);
    if (circle.empty()) return;
    std::string way;
    for (const std::string& each : circle) way += (way.empty() ? "" : " waits for ") + ("\"" + each + "\"");
    throw Error(Errc::invalid_argument, "tasks would wait for each other: " + way)
        .with_hint("Leave this dependency out, or turn it round.");
}

std::string reminder_text(const std::vector<const Task*>& active) {
    std::string text = active.size() == 1 ? "One task of your checklist is open:\n"
                                          : std::to_string(active.size()) + " tasks of your checklist are open:\n";
    for (std::size_t i = 0; i < std::min(active.size(), tasks_named_max); ++i) {
        const Task& task = *active[i];
        text += "\n" + task.id + ". " + task.subject +
                (task.status == TaskStatus::in_progress ? " (in progress)" : "") +
                "\n   when it is done: murmur task update " + task.id + " -s completed\n";
    }
    if (active.size() > tasks_named_max) text += "\nThe others are listed by: murmur task ls --active\n";
    text +=
        "\nWork on them now. Mark each as completed with its command as soon as it is done; what turned out to be "
        "unnecessary, with \"-s deleted\" instead.";
    return text;
}

/// Where the open tasks are why the agent rests, the status goes on to tell how many there are.
void retell_open_tasks(Agent& agent, const std::string& told) {
    if (!told.empty() && agent.reason == told) agent.reason = open_tasks_text(agent);
}

}

void decide_on(Step& step, const command::CreateTask& create) {
    const std::string open = open_tasks_text(step.agent());
    add_task(step, create.task);
    retell_open_tasks(step.agent(), open);
    remember_request(step.agent(), create.request_id);
}

void decide_on(Step& step, const command::UpdateTask& update) {
    Checklist& checklist = step.agent().checklist;
    const std::string open = open_tasks_text(step.agent());
    Task& task = task_to_change(checklist, update.id);
    const std::vector<Task> before = checklist.tasks;
    const TaskStatus status = task.status;
    if (update.subject) task.subject = *update.subject;
    if (update.description) task.description = *update.description;
    if (update.status) task.status = *update.status;
    check_task(task);
    for (const std::string& blocker : update.add_blocked_by) add_blocker(checklist, update.id, blocker);
    for (const std::string& blocked : update.add_blocks) add_blocker(checklist, blocked, update.id);
    if (checklist.tasks == before) return;
    note_task(step, task, task.status == status ? "changed" : task_status_short_name(task.status));
    retell_open_tasks(step.agent(), open);
}

void add_tasks(Step& step, const std::vector<Task>& tasks) {
    Checklist& checklist = step.agent().checklist;
    for (const Task& task : tasks) {
        if (task.id.empty()) {
            add_task(step, task);
        } else {
            checklist.made = std::max<std::int64_t>(checklist.made, std::strtoll(task.id.c_str(), nullptr, 10));
            checklist.tasks.push_back(task);
            step.touch();
        }
    }
}

bool remind_of_tasks(Step& step) {
    Checklist& checklist = step.agent().checklist;
    const std::vector<const Task*> active = active_tasks(checklist);
    if (active.empty() || checklist.reminders >= step.policy().task_reminders_max) return false;
    ++checklist.reminders;
    step.tell_session("checklist", reminder_text(active));
    return true;
}

void activate_tasks(Step& step, const std::vector<std::string>& files) {
    for (Task& task : step.agent().checklist.tasks) {
        if (task.activate_when.empty() || task.status == TaskStatus::deleted) continue;
        const auto touched = std::find_if(files.begin(), files.end(),
                                          [&](const std::string& file) { return glob_matches(task.pattern, file); });
        if (touched == files.end() || (!task.is_dormant && is_open(task))) continue;
        task.is_dormant = false;
        task.status = is_open(task) ? task.status : TaskStatus::pending;
        note_task(step, task, "is to be done, as \"" + *touched + "\" was modified");
    }
}

std::string open_tasks_text(const Agent& agent) {
    const std::size_t open = active_tasks(agent.checklist).size();
    if (open == 0) return {};
    return open == 1 ? "1 task is open" : std::to_string(open) + " tasks are open";
}

}
