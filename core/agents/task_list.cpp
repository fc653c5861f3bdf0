#include "agents/task_list.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "agents/glob.hpp"

namespace murmur {

namespace {

// A subject is a line of a list; what needs more is a description, and what needs more still is a file.
constexpr std::size_t subject_bytes_max = 500;
constexpr std::size_t description_bytes_max = 16 << 10;
constexpr std::string_view files_modified = "files_modified";

/// Follows blocked_by from `at`; `path` is the way there. Each task is entered once.
bool find_way(const Checklist& checklist, const std::string& at, const std::string& goal,
              std::map<std::string, bool>& seen, std::vector<std::string>& path) {
    const Task* task = find_task(checklist, at);
    if (!task) return false;
    path.push_back(at);
    for (const std::string& blocker : task->blocked_by) {
        if (blocker == goal) {
            path.push_back(goal);
            return true;
        }
        if (!std::exchange(seen[blocker], true) && find_way(checklist, blocker, goal, seen, path)) return true;
    }
    path.pop_back();
    return false;
}

}

const Task* find_task(const Checklist& checklist, const std::string& id) {
    const auto found =
        std::find_if(checklist.tasks.begin(), checklist.tasks.end(), [&](const Task& task) { return task.id == id; });
    return found == checklist.tasks.end() ? nullptr : &*found;
}

const Task& get_task(const Checklist& checklist, const std::string& id) {
    if (const Task* task = find_task(checklist, id)) return *task;
    std::string known;
    for (const Task& task : checklist.tasks)
        if (task.status != TaskStatus::deleted) known += (known.empty() ? "" : ", ") + task.id;
    throw Error(Errc::not_found, "task \"" + id + "\" is not on the checklist")
        .with_hint(known.empty() ? "The checklist is empty." : "There are: " + known + ".");
}

bool is_open(const Task& task) { return task.status == TaskStatus::pending || task.status == TaskStatus::in_progress; }

bool is_active(const Checklist& checklist, const Task& task) {
    return is_open(task) && !task.is_dormant &&
           std::none_of(task.blocked_by.begin(), task.blocked_by.end(), [&](const std::string& id) {
               const Task* blocker = find_task(checklist, id);
               return blocker && is_open(*blocker);
           });
}

std::vector<const Task*> active_tasks(const Checklist& checklist) {
    std::vector<const Task*> active;
    for (const Task& task : checklist.tasks)
        if (is_active(checklist, task)) active.push_back(&task);
    return active;
}

std::vector<std::string> blocks_of(const Checklist& checklist, const std::string& id) {
    std::vector<std::string> blocked;
    for (const Task& task : checklist.tasks)
        if (std::find(task.blocked_by.begin(), task.blocked_by.end(), id) != task.blocked_by.end())
            blocked.push_back(task.id);
    return blocked;
}

std::vector<std::string> find_circle(const Checklist& checklist, const std::string& id) {
    std::map<std::string, bool> seen;
    std::vector<std::string> path;
    find_way(checklist, id, id, seen, path);
    return path;
}

void check_task(const Task& task) {
    const auto too_long = [](const std::string& what, std::size_t size, std::size_t most) {
        return Error(Errc::invalid_argument,
                     what + " of " + std::to_string(size) + " bytes is longer than " + std::to_string(most));
    };
    if (task.subject.find_first_not_of(" \t\r\n") == std::string::npos)
        throw Error(Errc::invalid_argument, "a task needs a subject");
    if (task.subject.size() > subject_bytes_max)
        throw too_long("subject", task.subject.size(), subject_bytes_max).with_hint("Put the rest into -d.");
    if (task.subject.find('\n') != std::string::npos)
        throw Error(Errc::invalid_argument, "subject must be one line").with_hint("Put the rest into -d.");
    if (task.description.size() > description_bytes_max)
        throw too_long("description", task.description.size(), description_bytes_max);
    if (!task.activate_when.empty() && task.activate_when != files_modified)
        throw Error(Errc::invalid_argument, "unknown condition \"" + task.activate_when + "\"")
            .with_hint("Use --activate-when files_modified, or none.");
    if (task.activate_when.empty() && !task.pattern.empty())
        throw Error(Errc::invalid_argument, "a pattern needs a condition")
            .with_hint("Add --activate-when files_modified.");
    if (!task.activate_when.empty()) {
        if (task.pattern.empty())
            throw Error(Errc::invalid_argument, "condition \"files_modified\" needs a pattern of files")
                .with_hint("Add for example --pattern \"**/*_test.go\".");
        check_glob(task.pattern);
    }
}

TaskStatus parse_task_status(const std::string& text) {
    std::string name = text;
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    constexpr std::string_view prefix = "task_status_";
    if (name.starts_with(prefix)) name.erase(0, prefix.size());
    TaskStatus status;
    if (boost::describe::enum_from_string(name.c_str(), status)) return status;
    std::vector<std::string> known;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<TaskStatus>>(
        [&](auto enumerator) { known.emplace_back(enumerator.name); });
    const std::string nearest = did_you_mean(name, known);
    throw Error(Errc::invalid_argument, "unknown task status \"" + text + "\"")
        .with_hint(nearest.empty() ? "Use one of pending, in_progress, completed, deleted." : nearest);
}

std::string task_status_short_name(TaskStatus status) { return boost::describe::enum_to_string(status, "unknown"); }

std::string task_status_name(TaskStatus status) {
    std::string name = "TASK_STATUS_" + task_status_short_name(status);
    for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

}
