#include "api/spawn_fields.hpp"

#include <algorithm>
#include <cctype>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "api/budget_fields.hpp"
#include "base/branch_name.hpp"

namespace murmur {

namespace {

constexpr std::size_t purpose_characters_max = 240;
constexpr std::size_t prompt_bytes_max = 256 << 10;
constexpr std::size_t repos_max = 32;
constexpr std::size_t environment_max = 256;
// A checklist is read by people and told to a model; and each task may be as long as a line of a commit.
constexpr std::size_t tasks_max = 100;
constexpr std::size_t subject_characters_max = 1000;
// Beyond a month a machine that idles is forgotten, not kept.
constexpr std::int64_t sleep_after_ms_max = 31LL * 24 * 3600 * 1000;

const std::vector<std::string> session_modes = {"autonomous", "streaming", "interactive"};

std::size_t count_characters(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string read_branch(const FieldReader& repo, const std::string& field) {
    std::string name = repo.get_string(field, "");
    if (name.empty() || is_branch_name(name)) return name;
    throw Error(Errc::invalid_argument, repo.path_of(field) + " \"" + name + "\" is no name for a branch")
        .with_hint("Write a repository as URL, URL=base or URL=base:working.");
}

std::vector<WantedRepo> read_repos(const FieldReader& request) {
    std::vector<WantedRepo> repos;
    const json::array* list = request.find_array("repos");
    if (!list) return repos;
    if (list->size() > repos_max)
        throw Error(Errc::invalid_argument, "more than " + std::to_string(repos_max) + " repos");
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string path = "repos[" + std::to_string(i) + "]";
        if (!(*list)[i].is_object()) throw Error(Errc::invalid_argument, path + " must be an object");
        const FieldReader repo((*list)[i].get_object(), path);
        WantedRepo wanted{repo.get_string("clone_url"), read_branch(repo, "base_branch"),
                          read_branch(repo, "working_branch")};
        check_spawn_url(wanted.clone_url, repo.path_of("clone_url"));
        const bool is_twice = std::any_of(repos.begin(), repos.end(),
                                          [&](const WantedRepo& other) { return other.clone_url == wanted.clone_url; });
        if (is_twice) throw Error(Errc::invalid_argument, path + " \"" + wanted.clone_url + "\" is there twice");
        if (const std::string resolution = repo.get_string("conflict_resolution", ""); !resolution.empty())
            wanted.conflict_resolution = parse_conflict_resolution(resolution);
        repos.push_back(std::move(wanted));
    }
    return repos;
}

json::object read_environment(const FieldReader& request) {
    json::object environment;
    const json::array* list = request.find_array("env");
    if (!list) return environment;
    if (list->size() > environment_max)
        throw Error(Errc::invalid_argument, "more than " + std::to_string(environment_max) + " variables");
    for (const json::value& entry : *list) {
        if (!entry.is_object()) throw Error(Errc::invalid_argument, "env must be a list of {name, value}");
        const FieldReader variable(entry.get_object(), "env");
        const std::string name = variable.get_string("name");
        const bool is_word =
            !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) &&
            std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
        if (!is_word) throw Error(Errc::invalid_argument, "\"" + name + "\" is not a name for an environment variable");
        if (name.starts_with("MURMUR_"))
            throw Error(Errc::invalid_argument, "variable \"" + name + "\" is reserved (MURMUR_* is internal)")
                .with_hint("Give it a name that does not begin with MURMUR_.");
        environment[name] = variable.get_string("value", "");
    }
    return environment;
}

SpawnWishes read_wishes(const FieldReader& fields) {
    SpawnWishes wishes;
    wishes.model = fields.get_string("model", "");
    wishes.backend = fields.get_string("backend", "");
    if (const std::string on_idle = fields.get_string("on_idle", ""); !on_idle.empty())
        wishes.on_idle = parse_on_idle(on_idle);
    wishes.budget = read_budget(fields, "budget");
    return wishes;
}

void read_defaults(const FieldReader& request, SpawnFields& fields) {
    const json::object* const object = request.find_object("defaults");
    if (!object) return;
    const FieldReader defaults(*object, "defaults");
    fields.defaults = read_wishes(defaults);
    if (const json::object* settings = defaults.find_object("backends")) fields.default_settings = *settings;
    fields.default_service_profile = defaults.get_string("service_profile", "");
}

std::string read_session_mode(const FieldReader& request) {
    std::string mode = request.get_string("session_mode", "");
    if (mode.empty() || std::find(session_modes.begin(), session_modes.end(), mode) != session_modes.end()) return mode;
    const std::string nearest = did_you_mean(mode, session_modes);
    throw Error(Errc::invalid_argument,
                "session_mode \"" + mode + "\" is not one of autonomous, streaming, interactive")
        .with_hint(nearest.empty() ? "Leave it out for autonomous." : nearest);
}

std::int64_t read_sleep_after(const FieldReader& request) {
    const std::int64_t after = request.get_int("sleep_after_ms", 0);
    if (after >= 0 && after <= sleep_after_ms_max) return after;
    throw Error(Errc::invalid_argument,
                "sleep_after_ms must be from 0 to " + std::to_string(sleep_after_ms_max) + " (31 days)")
        .with_hint("For a machine that never sleeps, say --on-idle keep-alive.");
}

void check_contradictions(const SpawnFields& fields) {
    const auto refuse = [](const std::string& one, const std::string& other, const std::string& hint) {
        throw Error(Errc::invalid_argument, one + " and " + other + " exclude each other").with_hint(hint);
    };
    if (fields.resurrect && fields.force_new)
        refuse("resurrect", "force_new",
               "resurrect goes on with the agent that has ended, force_new begins without what it did.");
    if (fields.resurrect && !fields.fork_from.empty())
        refuse("resurrect", "fork_from",
               "resurrect goes on with the agent of this slug, fork_from begins a new one from a copy of another.");
    if (fields.session_mode == "interactive" && fields.pilot.value_or(false))
        refuse("session_mode interactive", "pilot", "In an interactive session a person says when the work is done.");
    const bool may_sleep = !fields.wishes.on_idle || *fields.wishes.on_idle == OnIdle::sleep;
    if (fields.sleep_after_ms != 0 && !may_sleep)
        refuse("sleep_after_ms", "on_idle " + on_idle_name(*fields.wishes.on_idle),
               "It says after how much idleness an agent sleeps; use it with on_idle sleep.");
}

}

void check_spawn_url(const std::string& url, const std::string& path) {
    const bool is_scheme = url.starts_with("https://") || url.starts_with("http://") || url.starts_with("ssh://") ||
                           url.starts_with("file:///");
    const std::size_t colon = url.find(':');
    const bool is_scp = colon != std::string::npos && colon > 0 && url.find('/') > colon && !is_scheme;
    if (is_scheme || is_scp || url.starts_with("/")) return;
    throw Error(Errc::invalid_argument, path + " \"" + url + "\" is not a clone URL")
        .with_hint("Use https://…, ssh://…, git@host:path, file:///… or an absolute path.");
}

void check_prompt(const std::string& prompt) {
    if (prompt.size() <= prompt_bytes_max) return;
    throw Error(Errc::invalid_argument, "prompt is longer than " + std::to_string(prompt_bytes_max) + " bytes")
        .with_hint("Put long material into a file of the repository and point to it.");
}

std::vector<Task> tasks_of(const std::vector<std::string>& subjects, const std::string& path) {
    if (subjects.size() > tasks_max)
        throw Error(Errc::invalid_argument, path + " has more than " + std::to_string(tasks_max) + " tasks");
    std::vector<Task> tasks;
    for (const std::string& subject : subjects) {
        const std::string place = path + "[" + std::to_string(tasks.size()) + "]";
        if (subject.find_first_not_of(" \t\r\n") == std::string::npos)
            throw Error(Errc::invalid_argument, place + " is empty");
        if (count_characters(subject) > subject_characters_max)
            throw Error(Errc::invalid_argument,
                        place + " is longer than " + std::to_string(subject_characters_max) + " characters");
        Task task;
        task.subject = subject;
        tasks.push_back(std::move(task));
    }
    return tasks;
}

SpawnFields read_spawn_fields(const FieldReader& request) {
    SpawnFields fields;
    fields.workspace = request.get_string("workspace", "");
    fields.workspace_declared = request.get_bool("workspace_declared", false);
    fields.repos = read_repos(request);
    fields.purpose = request.get_string("purpose", "");
    fields.persona = request.get_string("persona", "");
    fields.wishes = read_wishes(request);
    read_defaults(request, fields);
    fields.reasoning_effort = request.get_string("reasoning_effort", "");
    fields.expected_output = request.get_string("expected_output", "");
    fields.append_system_prompt = request.get_string("append_system_prompt", "");
    if (const std::string strategy = request.get_string("dequeue_strategy", ""); !strategy.empty())
        fields.dequeue_strategy = parse_dequeue_strategy(strategy);
    fields.tasks = tasks_of(request.get_strings("tasks"), "tasks");
    fields.environment = read_environment(request);
    fields.session_mode = read_session_mode(request);
    fields.force_new = request.get_bool("force_new", false);
    fields.resurrect = request.get_bool("resurrect", false);
    fields.fork_from = request.get_string("fork_from", "");
    if (request.has("pilot")) fields.pilot = request.get_bool("pilot", false);
    fields.substrate = request.get_string("substrate", "");
    if (const json::object* settings = request.find_object("backend_settings")) fields.backend_settings = *settings;
    fields.git_name = request.get_string("git_name", "");
    fields.git_email = request.get_string("git_email", "");
    fields.service_profile = request.get_string("service_profile", "");
    fields.sleep_after_ms = read_sleep_after(request);
    if (count_characters(fields.purpose) > purpose_characters_max)
        throw Error(Errc::invalid_argument,
                    "purpose is longer than " + std::to_string(purpose_characters_max) + " characters")
            .with_hint("Put the rest into the prompt.");
    check_prompt(fields.append_system_prompt);
    check_contradictions(fields);
    return fields;
}

}
